package auth

import (
	"context"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
)

// Secret is what is kept of a means of proof; of a password, its argon2id hash.
type Secret string

// kindPassword is the kind of the credentials that are passwords.
const kindPassword = "password"

// Passwords are from 12 to 256 characters.
const (
	PasswordMin = 12
	passwordMax = 256
)

// CheckPassword refuses a password that is too short, too long or guessed at once by
// who knows the person: code "auth.password_short", "auth.password_long" or
// "auth.password_trivial". It returns nil when the password is accepted.
func CheckPassword(password string, about ...string) *fault.Error {
	switch n := utf8.RuneCountInString(password); {
	case n < PasswordMin:
		return fault.Invalid("auth.password_short", "password", "min", PasswordMin)
	case n > passwordMax:
		return fault.Invalid("auth.password_long", "password", "max", passwordMax)
	}
	rest := bare(password)
	for _, text := range append(about, common...) {
		for _, word := range append(fold.Words(text), bare(text)) {
			if len(word) >= 4 {
				rest = strings.ReplaceAll(rest, word, "")
			}
		}
	}
	if distinct(rest) < 5 || steps(rest) {
		return fault.Invalid("auth.password_trivial", "password")
	}
	return nil
}

// common holds the words found in most guessed passwords, each worth nothing here. A
// word that begins another comes after it.
var common = []string{
	"motdepasse", "password", "passw0rd", "azertyuiop", "azerty", "qsdfghjklm", "wxcvbn", "qwertyuiop", "qwerty", "asdfghjkl", "zxcvbnm",
	"bonjour", "soleil", "doudou", "loulou", "chouchou", "welcome", "bienvenue", "entractes", "infirmiere", "infirmier", "medecin", "docteur",
	"pharmacie", "hopital", "clinique", "cabinet", "sante", "france", "administrateur", "admin", "letmein", "iloveyou", "jetaime", "secret",
	"football", "marseille", "1234567890", "123456789", "12345678", "123456", "1234", "2024", "2025", "2026", "2027",
}

// bare keeps the letters and digits, folded.
func bare(s string) string { return strings.ReplaceAll(fold.Key(s), " ", "") }

// distinct counts the different characters.
func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// steps recognises a run along the alphabet or the digits, whatever its direction.
func steps(s string) bool {
	runes, follow := []rune(s), 0
	for i := 1; i < len(runes); i++ {
		if d := runes[i] - runes[i-1]; d >= -1 && d <= 1 && unicode.IsDigit(runes[i]) == unicode.IsDigit(runes[i-1]) {
			follow++
		}
	}
	return follow*4 >= (len(runes)-1)*3
}

// hasher limits how many hashes are computed at once: each takes 64 MiB and all cores.
type hasher struct {
	params argon2id.Params
	turns  chan struct{}
}

func newHasher(memoryKiB uint32) *hasher {
	p := *argon2id.DefaultParams
	p.Parallelism = uint8(min(runtime.NumCPU(), 4)) //nolint:gosec // at most 4
	if memoryKiB > 0 {
		p.Memory = memoryKiB
	}
	return &hasher{params: p, turns: make(chan struct{}, 2)}
}

// turn waits for a turn; the caller calls back what it returns. It gives up with ctx.
func (h *hasher) turn(ctx context.Context) (func(), error) {
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *hasher) hash(ctx context.Context, password string) (Secret, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	hash, err := argon2id.CreateHash(norm.NFKC.String(password), &h.params)
	if err != nil {
		return "", fault.Internal(err)
	}
	return Secret(hash), nil
}

// matches takes the same time whether the password is right or not.
func (h *hasher) matches(ctx context.Context, password string, secret Secret) (bool, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	ok, err := argon2id.ComparePasswordAndHash(norm.NFKC.String(password), string(secret))
	if err != nil {
		return false, fault.Internal(err)
	}
	return ok, nil
}

// Hash checks a password and returns what is kept of it. about holds what everybody
// knows of the person: login, name. It takes a tenth of a second and a lot of memory: never called
// inside a transaction.
func (s *Service) Hash(ctx context.Context, password string, about ...string) (Secret, error) {
	if weak := CheckPassword(password, about...); weak != nil {
		return "", weak
	}
	return s.hasher.hash(ctx, password)
}

// setSecret replaces the credentials of one kind by secret.
func setSecret(tx *db.Tx, account AccountID, kind string, secret Secret) error {
	if err := tx.Write(`DELETE FROM credential WHERE account = $1 AND kind = $2`, account, kind); err != nil {
		return err
	}
	return tx.Write(`INSERT INTO credential (id, account, kind, secret, created) VALUES ($1, $2, $3, $4, $5)`,
		ident.New[string](tx.Now()), account, kind, secret, db.Ms(tx.Now()))
}
