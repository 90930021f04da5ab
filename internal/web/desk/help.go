package desk

import (
	"net/http"

	"entractes/internal/web"
)

// help answers GET /supervision/aide: how to read the console, in one page.
func (p *Pages) help(w http.ResponseWriter, r *http.Request) error {
	t := web.P(r.Context())
	return web.Render(w, r, http.StatusOK, web.Page{Title: t.T("desk.help.title"), Section: "supervision", Back: consolePath, Narrow: true}, helpBody(t))
}

// helpColumns, helpRisks, helpTeam and helpKeys are the parts of the page, by the end of their key.
var (
	helpColumns = []string{"requester", "patient", "motive", "recipient", "stamps", "action"}
	helpRisks   = []string{"slow_reply", "unfilled", "late_start", "visit_gone"}
	helpTeam    = []string{"owner", "relief", "views", "archive"}
	helpKeys    = []struct {
		keys []string
		name string
	}{{[]string{"j", "k"}, "move"}, {[]string{"↵"}, "open"}, {[]string{"p"}, "panel"}, {[]string{"m"}, "own"}, {[]string{"/"}, "search"}, {[]string{"n"}, "create"}, {[]string{"?"}, "help"}}
)
