package notify

import (
	"strings"
	"unicode"

	"entractes/internal/base/i18n"
)

// The parameters a sentence may hold. Whatever else a Notice carries is never written:
// this list, and not the care of each caller, keeps names and health out of what
// leaves the house.
const (
	ParamProfession = "profession" // label of the profession asked for: « infirmier »
	ParamCommune    = "commune"    // name of the commune where care is wanted
	ParamUrgency    = "urgency"    // label of the delay: « < 4 h »
	ParamService    = "service"    // name of the requester's service
	ParamTime       = "time"       // when care is wanted, in words
	ParamCode       = "code"       // a code to type, soon void; only where one of coded says it
	ParamToken      = "token"      // the end of a link, soon void; only where one of linked says it
)

// coded are the topics that say a code to type; linked, those whose link is not that of a request.
var (
	coded  = map[Topic]bool{AccountCode: true, EnrolPhone: true, EnrolAdmitted: true}
	linked = map[Topic]string{
		EnrolMail: "/inscription/courriel/", EnrolInvited: "/inscription/invitation/", EnrolWaiting: "/inscriptions", EnrolAdmitted: "/connexion/activation",
		EnrolRefused: "/inscription", EnrolReach: "/joignable",
	}
)

// inSMS and everywhere order the parameters as people read them. A text message
// stays short.
var (
	inSMS      = []string{ParamProfession, ParamCommune, ParamUrgency}
	everywhere = []string{ParamProfession, ParamCommune, ParamUrgency, ParamTime, ParamService}
)

// clip bounds a parameter: it is a label, and a longer one is a mistake that would
// carry a sentence out of the house.
const clip = 40

// Words are what is said of a notice on one channel.
type Words struct {
	Title string
	Text  string
	Link  string
}

// words writes what topic says on channel. The same values always give the same words.
// base is the address of the house, empty when it is not known; request its subject.
func words(p *i18n.Printer, channel string, topic Topic, params map[string]string, base, request string) Words {
	code := ""
	if coded[topic] {
		code = clean(params[ParamCode])
	}
	allowed := everywhere
	if channel == SMSChannel || channel == VoiceChannel {
		allowed = inSMS
	}
	w := Words{Title: say(p, topic, "title", "", ""), Link: link(base, request)}
	if path := linked[topic]; path != "" && base != "" {
		w.Link = base + path
		if strings.HasSuffix(path, "/") {
			w.Link += clean(params[ParamToken])
		}
	}
	details := details(params, allowed)
	if channel == InboxChannel {
		w.Text = say(p, topic, "inbox", details, "")
		return w
	}
	w.Text = p.T("notify.outside", "what", say(p, topic, "outside", details, code))
	switch channel {
	case SMSChannel:
		w.Text = GSM(strings.TrimSpace(w.Text + " " + w.Link))
	case MailChannel:
		w.Text = strings.ReplaceAll(p.T("notify.mail.body", "text", w.Text, "link", w.Link), "\n\n\n\n", "\n\n")
		w.Title = p.T("notify.mail.subject", "what", w.Title)
	}
	return w
}

// say finds the sentence of a topic, or the general one.
func say(p *i18n.Printer, topic Topic, part, details, code string) string {
	key := "notify." + string(topic) + "." + part
	if !p.Has(key) {
		key = "notify.other." + part
	}
	return p.T(key, "details", details, "code", code)
}

// details joins the parameters that are there: « (infirmier, Corbeil-Essonnes, < 4 h) »
// with a space before, or nothing.
func details(params map[string]string, allowed []string) string {
	var parts []string
	for _, name := range allowed {
		if label := clean(params[name]); label != "" {
			parts = append(parts, label)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// clean makes a label of a parameter: one line, no markup, at most clip characters.
func clean(value string) string {
	runes := []rune(strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\u202f':
			return r
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || strings.ContainsRune("{}\\`|", r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(value, "")))
	text := strings.Join(strings.FieldsFunc(string(runes), func(r rune) bool { return r == ' ' }), " ")
	if runes = []rune(text); len(runes) > clip {
		text = strings.TrimRight(string(runes[:clip-1]), " ") + "…"
	}
	return text
}

// link leads to a page that asks to sign in: the identifier in it opens nothing by itself.
func link(base, request string) string {
	switch {
	case base == "":
		return ""
	case request == "":
		return base + "/"
	}
	return base + "/demandes/" + request
}
