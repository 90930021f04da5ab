package request

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"entractes/internal/base/actor"
)

// fieldNames and qualityNames are what the table calls them, in the order of its columns and rows.
var fieldNames = []struct {
	field Field
	name  string
}{
	{FieldNeed, "Need"}, {FieldName, "Name"}, {FieldIdentity, "Identity"}, {FieldMotive, "Motive"}, {FieldReports, "Reports"}, {FieldDocuments, "Documents"},
	{FieldMessages, "Messages"}, {FieldTimeline, "Timeline"}, {FieldAnswers, "Answers"},
}

var qualityNames = []struct {
	quality Quality
	name    string
}{
	{QualityRequester, "requester"}, {QualityProvider, "provider"}, {QualityStands, "stands for an outsider"}, {QualityGP, "registered GP"}, {QualityUsual, "usual team"}, {QualityUsual | QualityAsked, "usual team, asked"},
	{QualityReplaces, "replaces one of them"}, {QualityRecipient, "asked, not answered"}, {QualityAsked, "asked once"}, {QualityColleague, "named to take over"}, {QualitySupervisor, "supervisor of the territory"},
	{QualityClinical, "supervisor of the profession"}, {QualityGlass, "opened for an emergency"}, {QualityOperator, "operator"}, {QualityNeighbour, "neighbour"}, {QualitySystem, "the house itself"},
}

// DrawAccess writes the table of who may see what, and what each role may be, as docs/access.md shows it.
func DrawAccess() string {
	var b strings.Builder
	b.WriteString("| Is |")
	for _, f := range fieldNames {
		b.WriteString(" " + f.name + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(fieldNames)) + "\n")
	for _, q := range qualityNames {
		i := slices.IndexFunc(openings, func(o opening) bool { return o.Quality == q.quality })
		b.WriteString("| " + q.name + " |")
		for _, f := range fieldNames {
			b.WriteString(" " + openings[i].when(f.field) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n| Role | May be |\n|---|---|\n")
	for _, role := range slices.Sorted(maps.Keys(roleQualities)) {
		fmt.Fprintf(&b, "| %s | %s |\n", role, mayBeWords(role))
	}
	return b.String()
}

// when says when a row opens a field; "" for never.
func (o opening) when(f Field) string {
	var words []string
	for _, w := range []struct {
		fields Field
		word   string
	}{{o.Always, "✔"}, {o.Open, "until closed"}, {o.Searching, "while searching"}, {o.Carried, "once carried"}, {o.Named, "if the territory allows"}} {
		if w.fields&f != 0 {
			words = append(words, w.word)
			if w.word == "✔" {
				break
			}
		}
	}
	return strings.Join(words, ", ")
}

func mayBeWords(role actor.Role) string {
	var words []string
	for _, q := range qualityNames {
		if roleQualities[role]&q.quality == q.quality && q.quality != QualityUsual|QualityAsked {
			words = append(words, q.name)
		}
	}
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, " · ")
}
