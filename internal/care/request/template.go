package request

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/base/ident"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// TemplateID is that of a template.
type TemplateID string

// Template is a need that a structure asks often, under its name: no patient, no date,
// and only words that are about nobody.
type Template struct {
	ID      TemplateID
	Name    string
	Need    TemplateNeed
	Words   string
	Created time.Time
}

// TemplateNeed is what a template keeps of a request.
type TemplateNeed struct {
	Profession    nomenclature.ProfessionCode `json:"profession"`
	Acts          []nomenclature.ActCode      `json:"acts,omitempty"`
	Mode          nomenclature.Mode           `json:"mode"`
	Urgency       nomenclature.Urgency        `json:"urgency"`
	RespondWithin time.Duration               `json:"respond_within,omitempty"`
	Care          Care                        `json:"care"`
}

// Limits of a template.
const (
	maxTemplates     = 100
	maxTemplateName  = 80  // characters
	maxTemplateWords = 500 // characters
)

// SaveTemplate keeps the need of a request under a name, for the structure of whoever
// asks. Only what he or his service asked may become a template. Of its texts nothing is
// kept: words are those to propose, written for the template.
func (s *Service) SaveTemplate(ctx context.Context, from ID, name, words string) (t Template, err error) {
	defer fault.Wrap(&err, "save request %s as a template", from)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		t, err = s.saveTemplate(tx, from, clean(name), strings.TrimSpace(words))
		return err
	})
	return t, err
}

func (s *Service) saveTemplate(tx *db.Tx, from ID, name, words string) (Template, error) {
	who, owner, err := templateOwner(tx)
	if err != nil {
		return Template{}, err
	}
	r, err := read(tx, from)
	if err != nil {
		return Template{}, err
	}
	if rel := Standing(r, who); !rel.Requester {
		return Template{}, fault.NotFound("request.not_found")
	}
	id := ident.New[TemplateID](tx.Now())
	if key := onceOf(tx.Context()); key != "" {
		id = TemplateID(onceID(key, who.Account))
	}
	known, err := templatesOf(tx, owner)
	if err != nil {
		return Template{}, err
	}
	if i := slices.IndexFunc(known, func(t Template) bool { return t.ID == id }); i >= 0 {
		return known[i], nil // a doubled submission
	}
	delay, err := r.ownDelay(tx)
	if err != nil {
		return Template{}, err
	}
	faults := checkTemplateName(name, known, "")
	if utf8.RuneCountInString(words) > maxTemplateWords {
		faults.Add(fault.Invalid("template.words", "words", "n", maxTemplateWords))
	}
	if len(known) >= maxTemplates {
		faults.Add(fault.Invalid("template.many", "name", "n", maxTemplates))
	}
	if err := faults.Err(); err != nil {
		return Template{}, err
	}
	t := Template{ID: id, Name: name, Words: words, Created: tx.Now(), Need: TemplateNeed{
		Profession: r.Profession, Acts: r.Acts, Mode: r.Mode, Urgency: r.Urgency, Care: r.Care, RespondWithin: delay,
	}}
	if err := insertTemplate(tx, r.Territory, owner, who.Account, t); err != nil {
		return t, err
	}
	return t, s.templateLine(tx, "template.save", t.ID)
}

// ownDelay is the reply delay of r when the requester chose it; zero when it is that of
// its urgency, or follows from the date of planned care, which a template has not.
func (r Request) ownDelay(tx *db.Tx) (time.Duration, error) {
	settings, err := territory.SettingsOf(tx, r.Territory)
	if r.Urgency == nomenclature.Planned || r.RespondWithin == settings.Reply[r.Urgency] {
		return 0, err
	}
	return r.RespondWithin, err
}

// Templates lists those of the structure of whoever asks, by name.
func (s *Service) Templates(ctx context.Context) (all []Template, err error) {
	defer fault.Wrap(&err, "list templates")
	err = s.db.View(ctx, func(tx *db.Tx) error {
		_, owner, err := templateOwner(tx)
		if err != nil {
			return err
		}
		all, err = templatesOf(tx, owner)
		return err
	})
	slices.SortStableFunc(all, func(a, b Template) int { return cmp.Compare(fold.Key(a.Name), fold.Key(b.Name)) })
	return all, err
}

// FromTemplate is the form that a template proposes. That of another structure does not exist.
func (s *Service) FromTemplate(ctx context.Context, id TemplateID) (a Ask, err error) {
	defer fault.Wrap(&err, "use template %s", id)
	err = s.db.View(ctx, func(tx *db.Tx) error {
		t, err := ownTemplate(tx, id)
		a = Ask{
			Profession: t.Need.Profession, Acts: t.Need.Acts, Mode: t.Need.Mode, Urgency: t.Need.Urgency, RespondWithin: t.Need.RespondWithin,
			Care: t.Need.Care, Details: Details{Motive: t.Words}, Mandatory: true,
		}
		return err
	})
	return a, err
}

// RenameTemplate gives a template another name.
func (s *Service) RenameTemplate(ctx context.Context, id TemplateID, name string) (err error) {
	defer fault.Wrap(&err, "rename template %s", id)
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := ownTemplate(tx, id); err != nil {
			return err
		}
		_, owner, err := templateOwner(tx)
		if err != nil {
			return err
		}
		known, err := templatesOf(tx, owner)
		if err != nil {
			return err
		}
		name := clean(name)
		if err := checkTemplateName(name, known, id).Err(); err != nil {
			return err
		}
		if err := tx.Write(`UPDATE request_template SET name = $2 WHERE id = $1`, string(id), name); err != nil {
			return err
		}
		return s.templateLine(tx, "template.rename", id)
	})
}

// DeleteTemplate removes a template. Requests made from it stay as they are.
func (s *Service) DeleteTemplate(ctx context.Context, id TemplateID) (err error) {
	defer fault.Wrap(&err, "delete template %s", id)
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := ownTemplate(tx, id); err != nil {
			return err
		}
		if err := tx.Write(`DELETE FROM request_template WHERE id = $1`, string(id)); err != nil {
			return err
		}
		return s.templateLine(tx, "template.delete", id)
	})
}

func (s *Service) templateLine(tx *db.Tx, action audit.Action, id TemplateID) error {
	return s.audit.Record(tx, audit.Event{Action: action, Object: "template", ObjectID: string(id)})
}

// templateOwner is who asks, and the structure whose templates he uses; himself when he has none.
func templateOwner(tx *db.Tx) (actor.Actor, string, error) {
	who, err := asker(tx)
	return who, cmp.Or(who.Structure, who.Person, who.Account), err
}

func clean(name string) string { return strings.Join(strings.Fields(name), " ") }

// checkTemplateName wants a name that is not too long and that no other template of the list has.
func checkTemplateName(name string, known []Template, of TemplateID) (l fault.List) {
	switch {
	case name == "" || utf8.RuneCountInString(name) > maxTemplateName:
		l.Add(fault.Invalid("template.name", "name", "n", maxTemplateName))
	case slices.ContainsFunc(known, func(t Template) bool { return t.ID != of && fold.Key(t.Name) == fold.Key(name) }):
		l.Add(fault.Invalid("template.name_taken", "name"))
	}
	return l
}
