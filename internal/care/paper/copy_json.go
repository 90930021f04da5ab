package paper

import (
	"encoding/json"
	"time"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/security/audit"
)

// The copy of a file as data: the words of this JSON are those of the glossary, and "format" changes when one of them does.

// copyFormat names the form of the copy.
const copyFormat = "entractes.copy/1"

type copyData struct {
	Format      string             `json:"format"`
	Made        time.Time          `json:"made"`
	Patient     patientData        `json:"patient"`
	Was         []identityUntil    `json:"identity_was,omitempty"`
	Team        []memberData       `json:"team,omitempty"`
	Relatives   []patient.Relative `json:"relatives,omitempty"`
	Agreements  []agreementData    `json:"agreements,omitempty"`
	Oppositions []oppositionData   `json:"oppositions,omitempty"`
	Requests    []requestData      `json:"requests,omitempty"`
	Kept        int                `json:"requests_without_texts"`
	Accesses    []accessData       `json:"accesses,omitempty"`
}

type patientData struct {
	ID       patient.ID       `json:"id"`
	Identity patient.Identity `json:"identity"`
	Commune  string           `json:"commune"`
	Created  time.Time        `json:"created"`
	Updated  time.Time        `json:"updated"`
}

type identityUntil struct {
	Until    time.Time        `json:"until"`
	By       string           `json:"by"`
	Identity patient.Identity `json:"identity"`
	Commune  string           `json:"commune"`
}

type memberData struct {
	Profession   string            `json:"profession"`
	Name         string            `json:"name,omitempty"`
	Outsider     *patient.Outsider `json:"outsider,omitempty"`
	RegisteredGP bool              `json:"registered_gp,omitempty"`
	Since        time.Time         `json:"since,omitzero"`
	Until        time.Time         `json:"until,omitzero"`
}

type agreementData struct {
	At      time.Time `json:"at"`
	Request string    `json:"request,omitempty"`
}

type oppositionData struct {
	At     time.Time                `json:"at"`
	Ended  time.Time                `json:"ended,omitzero"`
	Scope  patient.OppositionScope  `json:"scope"`
	To     string                   `json:"to,omitempty"`
	Reason patient.OppositionReason `json:"reason,omitempty"`
	SaidBy patient.SaidBy           `json:"said_by,omitempty"`
}

type visitData struct {
	At      time.Time              `json:"at"`
	By      string                 `json:"by"`
	Outcome string                 `json:"outcome"`
	Note    string                 `json:"note,omitempty"`
	Vitals  []nomenclature.Reading `json:"vitals,omitempty"`
}

type requestData struct {
	ID         request.ID       `json:"id"`
	State      request.State    `json:"state"`
	Profession string           `json:"profession"`
	Acts       []string         `json:"acts,omitempty"`
	Mode       string           `json:"mode"`
	Urgency    string           `json:"urgency"`
	AskedBy    string           `json:"asked_by"`
	CarriedBy  string           `json:"carried_by,omitempty"`
	Created    time.Time        `json:"created"`
	Triggered  time.Time        `json:"triggered,omitzero"`
	Accepted   time.Time        `json:"accepted,omitzero"`
	Started    time.Time        `json:"started,omitzero"`
	Ended      time.Time        `json:"ended,omitzero"`
	Details    *request.Details `json:"details,omitempty"`
	Visits     []visitData      `json:"visits,omitempty"`
	Reports    []reportData     `json:"reports,omitempty"`
	Messages   []messageData    `json:"messages,omitempty"`
	Documents  []documentData   `json:"documents,omitempty"`
	Timeline   []actData        `json:"timeline,omitempty"`
}

type reportData struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
	request.CareReport
}

type messageData struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// documentData names the file of a document in the archive of the copy.
type documentData struct {
	At   time.Time            `json:"at"`
	By   string               `json:"by"`
	Kind request.DocumentKind `json:"kind"`
	Name string               `json:"name"`
	File string               `json:"file"`
}

type actData struct {
	At  time.Time     `json:"at"`
	Act request.Act   `json:"act"`
	By  string        `json:"by"`
	To  request.State `json:"state,omitempty"`
}

type accessData struct {
	At      time.Time     `json:"at"`
	By      string        `json:"by"`
	Role    string        `json:"role"`
	Act     audit.Action  `json:"act"`
	Outcome audit.Outcome `json:"outcome"`
}

// CopyFileName is the name of a document in the archive of a copy.
func CopyFileName(d request.Document) string {
	return "documents/" + string(d.ID) + d.Media.Extension()
}

// CopyJSON is the file of a patient as data, with who saw it.
func CopyJSON(c request.Copy, l request.AccessLog) ([]byte, error) {
	i := c.Patient.Identity
	out := copyData{Format: copyFormat, Made: c.Now, Patient: patientData{c.Patient.ID, i, string(i.Commune), c.Patient.Created, c.Patient.Updated}, Relatives: c.Relatives, Kept: c.Kept}
	for _, v := range c.Versions {
		out.Was = append(out.Was, identityUntil{v.Until, v.Name, v.Identity, string(v.Identity.Commune)})
	}
	for _, list := range [][]patient.Member{c.Team, c.Past} {
		for _, m := range list {
			out.Team = append(out.Team, memberData{string(m.Profession), c.Cards[m.Subject].Name, m.Outsider, m.RegisteredGP, m.Since, m.Until})
		}
	}
	for _, a := range c.Agreements {
		out.Agreements = append(out.Agreements, agreementData{a.At, a.Request})
	}
	for _, o := range c.Oppositions {
		to := c.Cards[o.Subject].Name
		if o.Profession != "" {
			to = string(o.Profession)
		}
		out.Oppositions = append(out.Oppositions, oppositionData{o.At, o.Ended, o.Scope, to, o.Reason, o.SaidBy})
	}
	for _, sh := range c.Sheets {
		out.Requests = append(out.Requests, dataOf(sh))
	}
	for _, a := range l.Lines {
		out.Accesses = append(out.Accesses, accessData{a.At, a.Name, a.Role, a.Action, a.Outcome})
	}
	return json.MarshalIndent(out, "", "  ")
}

func dataOf(sh request.Sheet) requestData {
	r := requestData{
		ID: sh.ID, State: sh.State, Profession: string(sh.Profession), Mode: string(sh.Mode), Urgency: string(sh.Urgency), AskedBy: joined(sh.From.Role, sh.From.Name), CarriedBy: sh.Provider.Name,
		Created: sh.Created, Triggered: sh.Triggered, Accepted: sh.AcceptedAt, Started: sh.StartedAt, Ended: sh.Ended, Details: sh.Details,
	}
	for _, a := range sh.Request.Acts {
		r.Acts = append(r.Acts, string(a))
	}
	for _, x := range sh.Visits {
		r.Visits = append(r.Visits, visitData{x.At, x.Name, x.Outcome, x.Note, x.Vitals})
	}
	for _, x := range sh.Reports {
		r.Reports = append(r.Reports, reportData{x.At, x.Name, x.CareReport})
	}
	for _, x := range sh.Messages {
		r.Messages = append(r.Messages, messageData{x.At, x.Name, x.Text})
	}
	for _, x := range sh.Documents {
		r.Documents = append(r.Documents, documentData{x.At, x.Author, x.Kind, x.Name, CopyFileName(x)})
	}
	for _, x := range sh.Timeline {
		r.Timeline = append(r.Timeline, actData{x.At, x.Act, x.Name, x.To})
	}
	return r
}
