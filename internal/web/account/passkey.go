package account

import (
	"encoding/json"
	"net/http"

	"entractes/internal/base/fault"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// answerMax bounds what a browser answers with a passkey, in characters.
const answerMax = 64 << 10

// challengePasskey answers POST /connexion/cle/defi, as JSON for passkey.js.
func (p *Pages) challengePasskey(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Auth.ChallengePasskey(r.Context())
	if err != nil {
		return err
	}
	return challenge(w, c)
}

func challenge(w http.ResponseWriter, c auth.Challenge) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return json.NewEncoder(w).Encode(c)
}

// signInByPasskey answers POST /connexion/cle.
func (p *Pages) signInByPasskey(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	step, answer, to := f.Text("etape", longest), f.Text("reponse", answerMax), f.Text("suite", 2000)
	session, err := p.Auth.SignInByPasskey(r.Context(), step, []byte(answer), visitor(r))
	if fault.KindOf(err) == fault.KindUnauthenticated {
		refused(f, err, "passkey")
		return p.renderSignIn(w, r, http.StatusUnauthorized, f)
	}
	if err != nil {
		return err
	}
	return in(w, r, session, to)
}

// proof reads how somebody who is in proves himself again.
func proof(f *web.Form) auth.Proof {
	out := auth.Proof{Step: f.Text("etape", longest), Code: f.Text("code", longest), Password: f.Text("password", longest)}
	if answer := f.Text("reponse", answerMax); answer != "" {
		out.Response = []byte(answer)
	}
	return out
}
