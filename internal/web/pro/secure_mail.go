package pro

import (
	"net/http"

	"entractes/internal/care/directory"
	"entractes/internal/web"
)

// secureMailForm is the place, on one's own page, of the form of the secure mailbox.
const secureMailForm = "secure"

// setSecureMail answers POST /moi/messagerie: where reports may be sent to the reader.
func (p *Pages) setSecureMail(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	address := f.Text("secure_mail", nameMax)
	if f.Err() == nil {
		if err := p.Directory.SaySecureMail(r.Context(), self(web.Actor(r.Context())), address); err == nil {
			return web.Redirect(w, r, mePath+"#channels")
		} else if !f.Take(err) {
			return err
		}
	}
	return p.showMe(w, r, web.Status(f.Err()), f, secureMailForm)
}

// secureMailView is the form of the secure mailbox. Only a person has one.
type secureMailView struct {
	Shown   bool
	Open    bool
	Address string
	Form    *web.Form
}

func (m meRead) secure(f *web.Form, at string) secureMailView {
	v := secureMailView{Shown: m.subject.Kind == directory.KindProfessional, Address: m.secureMail, Form: web.NewForm("secure_mail", m.secureMail)}
	if at == secureMailForm {
		v.Open, v.Form = true, f
	}
	return v
}
