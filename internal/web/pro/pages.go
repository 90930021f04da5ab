package pro

import (
	"context"
	"net/http"
	"slices"

	"entractes/internal/base/actor"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/infra/db"
	"entractes/internal/web"

	"github.com/a-h/templ"
)

// Deps are what the pages stand on.
type Deps struct {
	DB        *db.DB
	Requests  *request.Service
	Patients  *patient.Register
	Directory *directory.Service
	Notify    *notify.Service
	Supervise *supervise.Service
}

// Pages answers the addresses of a professional.
type Pages struct {
	Deps
	// status is what the bar of every page holds beside the bell: the availability switch.
	status func(ctx context.Context) (templ.Component, error)
}

// New returns the pages; mount them with Routes.
func New(d Deps) *Pages {
	p := &Pages{Deps: d}
	p.status = p.availabilitySwitch
	return p
}

type route struct {
	pattern string
	page    web.Handler
}

// table lists every address. All of them want somebody signed in; what he may see or
// do is decided by the use cases.
func (p *Pages) table() []route {
	return slices.Concat(p.asking(), p.acting(), p.ordering(), p.filing(), p.owning())
}

// asking are the form of a request and what it searches.
func (p *Pages) asking() []route {
	return []route{
		{"GET /{$}", p.home},

		{"GET " + askPath, p.askForm},
		{"POST " + askPath, p.ask},
		{"GET " + communesPath, p.communes},
		{"GET " + actsPath, p.acts},

		{"GET /demandes/{id}/modele", p.templateNew},
		{"POST /demandes/{id}/modele", p.templateSave},
		{"GET " + templatesPath, p.templates},
		{"POST " + templatesPath + "/{id}/nom", p.templateRename},
		{"POST " + templatesPath + "/{id}/supprimer", p.templateDelete},
	}
}

// acting are the page of a request and every act on it.
func (p *Pages) acting() []route {
	return []route{
		{"GET /demandes/{id}", p.requestShow},
		{"GET /demandes/{id}/ressources", p.resources},
		{"GET /demandes/{id}/comptes-rendus/{file}", p.reportFile},
		{"GET /demandes/{id}/preuve", p.evidence},
		{"GET /demandes/{id}/preuve.pdf", p.evidenceFile},
		{"POST /offres/{offer}/accepter", p.accept},
		{"POST /offres/{offer}/decliner", p.decline},
		{"POST /offres/{offer}/proposer", p.propose},
		{"POST /offres/{offer}/retirer", p.retract},
		{"POST /offres/{offer}/retenir", p.takeProposal},
		{"POST /demandes/{id}/contact", p.contact},
		{"POST /demandes/{id}/" + sending, p.coming},
		{"POST /demandes/{id}/demarrer", p.start},
		{"POST /demandes/{id}/passage", p.visit},
		{"POST /demandes/{id}/compte-rendu", p.report},
		{"POST /demandes/{id}/message", p.message},
		{"GET /demandes/{id}/modifier", p.amendForm},
		{"POST /demandes/{id}/modifier", p.amend},
		{"POST /demandes/{id}/reconfirmer", p.reconfirm},
		{"POST /demandes/{id}/refuser-changement", p.refuseChange},
		{"POST /demandes/{id}/relais", p.offerHandOver},
		{"POST /demandes/{id}/relais/reprendre", p.agreeHandOver},
		{"POST /demandes/{id}/relais/refuser", p.refuseHandOver},
		{"POST /demandes/{id}/relais/retirer", p.withdrawHandOver},
		{"POST /demandes/{id}/document", p.attach},
		{"GET /documents/{id}", p.documentShow},
		{"POST /demandes/{id}/revenir", p.undo},
		{"POST /demandes/{id}/desister", p.release},
		{"POST /demandes/{id}/rendre", p.handBack},
		{"POST /demandes/{id}/suspendre", p.suspend},
		{"POST /demandes/{id}/reprendre", p.resume},
		{"POST /demandes/{id}/terminer", p.complete},
		{"POST /demandes/{id}/annuler", p.cancel},
		{"POST /demandes/{id}/erreur", p.markError},
		{"POST /demandes/{id}/relancer", p.retry},
		{"POST /demandes/{id}/attendre", p.waitlist},
		{"POST /demandes/{id}/placer", p.place},
		{"POST /demandes/{id}/elargir", p.widen},
		{"POST /demandes/{id}/evitement", p.sayAvoidance},
	}
}

// ordering are orders, and what is asked after a request.
func (p *Pages) ordering() []route {
	return []route{
		{"GET /ordonnances/{id}", p.orderShow},
		{"POST /ordonnances/{id}/regle", p.orderRule},
		{"GET /ordonnances/{id}/ligne", p.orderAddForm},
		{"POST /ordonnances/{id}/ligne", p.orderAdd},
		{"GET /demandes/{id}/suite", p.followForm},
		{"POST /demandes/{id}/suite", p.follow},
		{"GET /demandes/{id}/renouveler", p.renewForm},
		{"POST /demandes/{id}/renouveler", p.renew},
	}
}

// filing are the files of patients.
func (p *Pages) filing() []route {
	return []route{
		{"GET /patients", p.patientList},
		{"GET " + mergePath, p.merging},
		{"POST " + mergePath, p.mergeFiles},
		{"POST " + mergePath + "/defaire", p.unmergeFiles},
		{"POST " + mergePath + "/distinguer", p.keepApart},
		{"GET /patients/{id}", p.patientShow},
		{"POST /patients/{id}/equipe", p.patientTeam},
		{"POST /patients/{id}/proches", p.patientRelative},
		{"POST /patients/{id}/oppositions", p.patientOpposition},
		{"GET /patients/{id}/acces", p.patientAccesses},
		{"GET /patients/{id}/acces.pdf", p.patientAccessesFile},
		{"GET /patients/{id}/identite", p.patientIdentity},
		{"POST /patients/{id}/identite", p.changeIdentity},
	}
}

// owning are what belongs to the reader: his practice, his messages, the people and the map around him.
func (p *Pages) owning() []route {
	return []route{
		{"GET " + mePath, p.me},
		{"POST " + mePath + "/disponibilite", p.sayAvailability},
		{"POST " + mePath + "/horaires", p.setHours},
		{"POST " + mePath + "/absences", p.addAbsence},
		{"POST " + mePath + "/absences/fin", p.endAbsence},
		{"POST " + mePath + "/pratique", p.setPractice},
		{"POST " + mePath + "/messagerie", p.setSecureMail},

		{"GET " + peoplePath, p.people},
		{"GET " + peoplePath + "/choix", p.choosePerson},
		{"GET " + peoplePath + "/{id}", p.person},
		{"GET " + mapPath, p.territoryMap},

		{"GET /notifications", p.inbox},
		{"POST /notifications", p.inboxSeen},
		{"POST /notifications/{id}/prendre", p.takeItem},
		{"POST /notifications/{id}/laisser", p.leaveItem},
		{"POST /notifications/{id}/confier", p.giveItem},

		{"GET " + archivePath, p.archive},
		{"POST /demandes/{id}/archiver", p.shelve},
		{"POST /demandes/{id}/desarchiver", p.unshelve},
	}
}

// Routes mounts every page.
func (p *Pages) Routes(mux web.Mux) {
	for _, r := range p.table() {
		mux.Handle(r.pattern, web.RequireActor(web.Handle(r.page)))
	}
	for _, r := range p.sensitive() {
		mux.Handle(r.pattern, web.RequireFresh(web.Handle(r.page)))
	}
}

// render writes a page with what the bar of every page holds.
func (p *Pages) render(w http.ResponseWriter, r *http.Request, status int, page web.Page, body templ.Component) error {
	ctx := r.Context()
	bar := statusBar{}
	if err := p.DB.View(ctx, func(tx *db.Tx) (err error) {
		bar.unread, err = p.Notify.Unread(tx, subjects(web.Actor(ctx))...)
		return err
	}); err != nil {
		return err
	}
	if p.status != nil {
		var err error
		if bar.availability, err = p.status(ctx); err != nil {
			return err
		}
	}
	page.Status = barStatus(bar)
	return web.Render(w, r, status, page, body)
}

// subjects are those in whose name somebody is told: himself, and the structure he answers for.
func subjects(a actor.Actor) []notify.Subject {
	var out []notify.Subject
	if a.Person != "" {
		out = append(out, notify.Subject{Kind: notify.Professional, ID: a.Person})
	}
	if a.Structure != "" {
		out = append(out, notify.Subject{Kind: notify.Structure, ID: a.Structure})
	}
	return out
}

// topics are the hints that concern somebody's own lists.
func topics(a actor.Actor) []string {
	var out []string
	if a.Person != "" {
		out = append(out, "person:"+a.Person)
	}
	if a.Structure != "" {
		out = append(out, "service:"+a.Structure)
	}
	return out
}

// printer is the language of the page.
func printer(ctx context.Context) *i18n.Printer { return web.P(ctx) }
