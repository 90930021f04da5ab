package auth

import (
	"time"

	"entractes/internal/infra/db"
)

// AdmittedFor is how long somebody who was just admitted has to open his account.
const AdmittedFor = 7 * 24 * time.Hour

// Admit makes the account of somebody who is known, without any proof yet, and returns the code with which
// he chooses a password and a second factor within AdmittedFor. The caller tells it to him alone, by a way that was proved
// to be his. It never checks who asks.
func (s *Service) Admit(tx *db.Tx, n NewAccount) (account Account, code string, err error) {
	if account, err = s.Create(tx, n); err != nil {
		return account, "", err
	}
	code = newCode()
	return account, code, beginFor(tx, AdmittedFor, stepFirst, firstToken(account.Login, code), account.ID, nil)
}
