package app

import (
	"context"

	"entractes/internal/base/i18n"
	"entractes/internal/care/notify"
	"entractes/internal/care/paper"
)

// letter makes the letter of a report when it leaves: the report on paper for a secure
// mailbox, an address alone for a notice without content.
func (h *House) letter(ctx context.Context, id notify.LetterID, channel string) (notify.Letter, error) {
	l, err := h.Requests.OpenLetter(ctx, id, channel)
	if err != nil || l.Sheet == nil {
		return notify.Letter{Target: l.Target}, err
	}
	data, err := paper.Report(i18n.For("fr"), *l.Sheet).Bytes()
	return notify.Letter{Target: l.Target, File: &notify.File{Name: "compte-rendu.pdf", Type: "application/pdf", Data: data}}, err
}
