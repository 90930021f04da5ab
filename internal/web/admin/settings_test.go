package admin_test

import (
	"net/http"
	"testing"
	"time"

	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// decides changes a few rules in two acts.
func (o *office) decides() {
	o.t.Helper()
	for _, e := range []territory.Edit{
		{Values: map[string]string{"reply.u2": "3h", "start.same_day_until": "16:00"}, Why: "Les tournées de l’après-midi commencent plus tôt."},
		{Values: map[string]string{"waves.on": "true", "night": "22:00-06:30"}},
	} {
		o.Clock.Advance(26 * time.Hour)
		if _, err := o.Territories.Save(o.As(o.keeper.Actor), testTerritory, e); err != nil {
			o.t.Fatal(err)
		}
	}
	o.Clock.Advance(time.Hour)
}

const testTerritory territory.ID = "essonne"

func (o *office) kept() (s territory.Settings) {
	o.t.Helper()
	o.Must(o.DB.View(o.t.Context(), func(tx *db.Tx) (err error) {
		s, err = territory.SettingsOf(tx, testTerritory)
		return err
	}))
	return s
}

func TestEveryRuleIsShownWithItsBoundsAndItsStory(t *testing.T) {
	o := open(t)
	o.decides()
	got := o.get(o.keeper, "/administration/reglages").is(200)
	got.says("3\u00a0h", "de 1\u00a0min à 7\u00a0j", "de 22\u00a0h à 6\u00a0h\u00a030", "Superviseur ADMIN_TERRITOIRE", "2 choix du territoire", "5, 15, puis toutes", "7, 14, 21\u00a0h")
	got.hides("Autres règles", "admin.value.")
	for _, option := range territory.Options() {
		got.has("tr", "id=r-"+option.Key)
	}
	o.get(o.keeper, "/administration/reglages/journal").is(200).says("2\u00a0h → 3\u00a0h", "Non → Oui", "Les tournées de l’après-midi", "administration du territoire")
	o.get(o.keeper, "/administration/reglages/journal?part=nuit-et-messages").is(200).says("de 21\u00a0h à 7\u00a0h → de 22\u00a0h à 6\u00a0h\u00a030").hides("Non → Oui")
	o.get(o.keeper, "/administration/reglages/rien").is(404)
}

func TestOnlyAdministratorsChangeRules(t *testing.T) {
	o := open(t)
	o.decides()
	for _, path := range []string{"/administration/reglages", "/administration/reglages/delais", "/administration/reglages/journal"} {
		o.get(o.nurse, path).is(404)
		o.get(o.desk, path).is(404)
	}
	o.post(o.nurse, "/administration/reglages/delais", "reply.u2", "9", "reply.u2.unit", "h", "reply.u2.was", "3h").is(404)
	o.get(o.nurse, "/reglages").is(200).says("3\u00a0h", "Les tournées de l’après-midi", "Administration du territoire", "2 règles ont changé").hides("Superviseur ADMIN", "/administration/")
	o.get(o.keeper, "/reglages").is(200).says("/administration/reglages").hides("· Superviseur")
	elsewhere := o.nurse
	a := elsewhere.Actor
	a.Territory = "bas-rhin"
	o.in[string(elsewhere.Account)] = a
	o.get(elsewhere, "/reglages").is(404)
}

// Anybody reads by which rules a territory works and what changed in them, without a name.
func TestRulesAndTheirChangesArePublic(t *testing.T) {
	o := open(t)
	o.decides()
	o.get(nil, "/regles").is(200).says("3\u00a0h", "Les tournées de l’après-midi", "Administration du territoire").hides("Superviseur ADMIN", "/administration/")
	o.get(nil, "/regles?territoire=essonne").is(200)
	o.get(nil, "/regles?territoire=nulle-part").is(404)
	o.get(o.nurse, "/reglages").is(200).says("/regles?territoire=essonne")
}

func TestRulesAreChangedFromTheirForm(t *testing.T) {
	o := open(t)
	o.post(o.keeper, "/administration/reglages/delais",
		"reply.u2", "1,5", "reply.u2.unit", "h", "reply.u2.was", "2h", "start.same_day_until", "16:30", "start.same_day_until.was", "17:00",
		"reply.p", "2", "reply.p.unit", "d", "reply.p.was", "24h", "undo", "9", "why", "Essai d’un mois.").leads("/administration/reglages?fait=1#g-delais")
	s := o.kept()
	if s.Get("reply.u2") != "1h30m" || s.Get("start.same_day_until") != "16:30" || s.Get("reply.p") != "48h" || s.Undo != 2*time.Minute {
		t.Errorf("kept %s, %s, %s, %s", s.Get("reply.u2"), s.Get("start.same_day_until"), s.Get("reply.p"), s.Undo)
	}
	o.get(o.keeper, "/administration/reglages?fait=1").says("Les règles sont enregistrées.", "1\u00a0h\u00a030")
	o.post(o.keeper, "/administration/reglages/nuit-et-messages", "night", "22:00", "night.to", "06:00", "night.was", "21:00-07:00").is(http.StatusSeeOther)
	o.post(o.keeper, "/administration/reglages/sollicitations", "waves.on", "true", "waves.on.was", "false", "usual.share", "40", "usual.share.was", "50", "waves.sizes", "3, 9", "waves.sizes.was", "5,15").is(http.StatusSeeOther)
	if s = o.kept(); s.Get("night") != "22:00-06:00" || !s.Waves || s.UsualShare != 0.4 || s.Get("waves.sizes") != "3,9" {
		t.Errorf("kept %+v", s)
	}
}

func TestRefusedRulesComeBackWithEachFault(t *testing.T) {
	o := open(t)
	got := o.post(o.keeper, "/administration/reglages/delais", "reply.u0", "tôt", "reply.u0.unit", "m", "reply.u0.was", "10m",
		"reply.u1", "90", "reply.u1.unit", "d", "reply.u1.was", "20m", "reply.planned_least", "30", "reply.planned_least.unit", "h", "reply.planned_least.was", "2h",
		"start.same_day_until", "25:00", "start.same_day_until.was", "17:00", "why", "Gardé").is(422)
	got.says("4 points sont à corriger", "entre 1\u00a0min et 7\u00a0j", "Écrivez un nombre, puis choisissez son unité")
	for key, kept := range map[string]string{"reply.u0": "tôt", "reply.u1": "90", "reply.planned_least": "30", "start.same_day_until": "25:00"} {
		got.has("input", "name="+key, "value="+kept, "aria-invalid=true").has("div", "class=fault", "id=f-"+key+"-fault").has("a", "href=#f-"+key)
	}
	if got.has("input", "name=why", "value=Gardé").count("div", "class=fault") != 4 {
		t.Errorf("%d faults", got.count("div", "class=fault"))
	}
	if d := territory.Defaults(); o.kept().Get("reply.planned_least") != d.Get("reply.planned_least") {
		t.Error("a refused form was half written")
	}
}

func TestDefaultsAreProposedAndNotSaved(t *testing.T) {
	o := open(t)
	o.decides()
	o.get(o.keeper, "/administration/reglages/delais").says("Revenir à la valeur par défaut").has("button", "name=defaut", "value=reply.u2").hides(`name="defaut" value="reply.u3"`)
	back := o.post(o.keeper, "/administration/reglages/delais", "reply.u2", "3", "reply.u2.unit", "h", "reply.u2.was", "3h", "reply.u3", "7", "reply.u3.unit", "h", "reply.u3.was", "4h", "defaut", "reply.u2").is(200)
	back.says("La valeur par défaut est dans son champ.", `value="7"`).hides(`name="defaut" value="reply.u2"`)
	if o.kept().Get("reply.u2") != "3h" {
		t.Error("a proposal was saved")
	}
	o.post(o.keeper, "/administration/reglages/delais", "reply.u2", "2", "reply.u2.unit", "h", "reply.u2.was", "3h").is(303)
	if o.kept().Get("reply.u2") != "2h" {
		t.Error("the default was not saved")
	}
}

func TestWhatMovedMeanwhileIsSaidAtItsField(t *testing.T) {
	o := open(t)
	o.decides()
	o.post(o.keeper, "/administration/reglages/delais", "reply.u2", "5", "reply.u2.unit", "h", "reply.u2.was", "2h").is(409).says("il vaut 3\u00a0h", `value="5"`)
	// What he did not touch stays as it has become.
	o.post(o.keeper, "/administration/reglages/delais", "reply.u2", "2", "reply.u2.unit", "h", "reply.u2.was", "2h", "reply.u3", "6", "reply.u3.unit", "h", "reply.u3.was", "4h").is(303)
	if s := o.kept(); s.Get("reply.u2") != "3h" || s.Get("reply.u3") != "6h" {
		t.Errorf("kept %s and %s", s.Get("reply.u2"), s.Get("reply.u3"))
	}
}

func TestThePlatformChoosesATerritory(t *testing.T) {
	o := open(t)
	_, err := o.Territories.Create(o.As(o.platform.Actor), territory.New{ID: "bas-rhin", Name: "Bas-Rhin", Communes: []territory.CommuneCode{"67482"}})
	o.Must(err)
	o.get(o.platform, "/administration/reglages").is(200).says("Essonne", "territoire=bas-rhin")
	o.post(o.platform, "/administration/reglages/apres-acceptation?territoire=bas-rhin", "undo", "4", "undo.unit", "m", "undo.was", "2m").leads("/administration/reglages?fait=1&territoire=bas-rhin#g-apres-acceptation")
	o.get(o.keeper, "/administration/reglages?territoire=bas-rhin").is(200).says("Essonne").hides("Bas-Rhin")
	o.post(o.keeper, "/administration/reglages/apres-acceptation?territoire=bas-rhin", "undo", "6", "undo.unit", "m", "undo.was", "2m").is(303)
	rules, err := o.Territories.Rules(o.As(o.platform.Actor), "bas-rhin")
	if err != nil || rules.Settings.Undo != 4*time.Minute {
		t.Errorf("%v, %v", rules.Settings.Undo, err)
	}
}

// The page tells what text messages cost beside their budget, to administrators alone.
func TestWhatTextsCostIsShown(t *testing.T) {
	o := open(t)
	o.get(o.keeper, "/administration/reglages").is(200).says("0 segment", "0,00\u00a0€")
	o.Must(o.DB.Update(o.t.Context(), func(tx *db.Tx) error {
		return o.Notify.Tell(tx, notify.Notice{Territory: testTerritory, Topic: notify.OfferNew, Subject: notify.Subject{Kind: notify.Professional, ID: o.nurse.Subject.ID}})
	}))
	o.Settle()
	o.get(o.keeper, "/administration/reglages").is(200).says("1 segment, environ 0,07\u00a0€, soit 0\u00a0% du budget de 5\u202f000")
	o.get(o.nurse, "/reglages").is(200).hides("0,07")
}
