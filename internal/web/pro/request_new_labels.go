package pro

import (
	"context"
	"maps"

	"entractes/internal/web"
)

// askLabels names the fields of the form; those of a further need say which.
func askLabels(ctx context.Context, needs ...needView) map[string]string {
	t := web.P(ctx).T
	labels := needLabels(ctx)
	maps.Copy(labels, documentLabels(ctx))
	for name, label := range map[string]string{"consent": t("ask.consent.name"), "my_phone": t("ask.my_phone"), "insurance_scheme": t("ask.scheme"), "patient": t("ask.patient"), "twin": t("twin.name")} {
		labels[name] = label
	}
	for _, f := range []string{
		"family_name", "given_name", "birth_name", "birth_date", "birth_place", "sex", "phone", "relative_phone", "relative_name", "commune", "street", "building",
		"floor", "door", "code", "name_on_door", "file_number", "gp",
	} {
		labels[f] = t("ask." + f)
	}
	for _, n := range needs {
		for _, act := range n.Questions.acts {
			for _, q := range act.list {
				labels[q.name] = q.label
			}
		}
		if n.prefix != "" {
			for name, label := range needLabels(ctx) {
				labels[n.name(name)] = t("ask.need.field", "field", label, "number", n.Number)
			}
		}
	}
	return labels
}

// needLabels names the fields of one need.
func needLabels(ctx context.Context) map[string]string {
	t := web.P(ctx).T
	labels := map[string]string{
		"profession": t("ask.profession.name"), "acts": t("ask.acts"), "mode": t("ask.mode"), "frequency": t("ask.often"), "often_n": t("ask.often"), "on": t("ask.on"), "days_n": t("ask.on.n"),
		"days": t("ask.during"), "during_n": t("ask.during"), "start": t("ask.from"), "from_day": t("ask.from.day"), "from_hour": t("ask.from.hour"), "urgency": t("ask.urgency"), "respond": t("ask.respond"),
		"maternity_date": t("ask.maternity.date"), "networks": t("targeting.networks"), "motive": t("ask.motive"),
	}
	for _, f := range []string{"birth", "parity", "baby_grams", "transport_from", "transport_to", "transport_ward", "transport_floor", "transport_position", "transport_weight"} {
		labels[f] = t("ask." + f)
	}
	return labels
}
