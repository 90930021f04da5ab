package auth

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// AccountID names an account.
type AccountID string

// Account is who may sign in.
type Account struct {
	ID        AccountID
	Login     string // folded
	Name      string
	Roles     []actor.Role
	Person    string // professional in the directory, or empty
	Structure string // service or cabinet acted for, or empty
	Territory string
	Lang      string
	Closed    bool
	Created   time.Time
}

// Actor is the account acting.
func (a Account) Actor() actor.Actor {
	return actor.Actor{
		Account: string(a.ID), Name: a.Name, Person: a.Person, Structure: a.Structure,
		Territory: a.Territory, Lang: a.Lang, Roles: slices.Clone(a.Roles),
	}
}

// NewAccount is what an account is made of. Without a Secret nobody signs in to it;
// its sessions are opened for it, as a demonstration does.
type NewAccount struct {
	Login     string
	Name      string
	Roles     []actor.Role
	Person    string
	Structure string
	Territory string
	Lang      string
	Secret    Secret
}

// What people may type, in characters.
const (
	loginMin, loginMax = 3, 100
	nameMax            = 100
)

// assignable holds the roles an account may have; the product's own is not one.
var assignable = []actor.Role{
	actor.RoleProfessional, actor.RoleSecretary, actor.RoleService, actor.RoleDischargeCoordinator, actor.RoleOperator, actor.RoleSupervisorDoctor,
	actor.RoleSupervisorNurse, actor.RoleSupervisorMidwife, actor.RoleStructureManager, actor.RoleTerritoryAdmin, actor.RolePlatformAdmin, actor.RoleAuditor,
}

// Normalize cleans what was typed and returns all its faults, each with its field.
func (n NewAccount) Normalize() (NewAccount, error) {
	var l fault.List
	n.Login, n.Name = FoldLogin(n.Login), strings.TrimSpace(n.Name)
	if length := utf8.RuneCountInString(n.Login); length < loginMin || length > loginMax {
		l.Add(fault.Invalid("auth.login_length", "login", "min", loginMin, "max", loginMax))
	}
	if n.Name == "" || utf8.RuneCountInString(n.Name) > nameMax || !utf8.ValidString(n.Name) || strings.ContainsRune(n.Name, 0) {
		l.Add(fault.Invalid("auth.name", "name", "max", nameMax))
	}
	if len(n.Roles) == 0 || slices.ContainsFunc(n.Roles, func(r actor.Role) bool { return !slices.Contains(assignable, r) }) {
		l.Add(fault.Invalid("auth.roles", "roles"))
	}
	if n.Lang == "" {
		n.Lang = "fr"
	}
	return n, l.Err()
}

// FoldLogin writes a login as it is compared: without case, accents nor spaces. Dots,
// hyphens and the rest of an address keep their place.
func FoldLogin(login string) string {
	var b strings.Builder
	if len(login) > 8*loginMax {
		login = login[:8*loginMax]
	}
	for _, r := range norm.NFKC.String(strings.ToValidUTF8(login, "")) {
		if strings.ContainsRune("._-@+", r) {
			b.WriteRune(r)
			continue
		}
		b.WriteString(strings.ReplaceAll(fold.Key(string(r)), " ", ""))
	}
	return b.String()
}

const accountColumns = `id, login, name, roles, person, structure, territory, lang, state, created`

func scanAccount(r db.Row) (a Account, err error) {
	var roles, state string
	var created int64
	if err = r.Scan(&a.ID, &a.Login, &a.Name, &roles, &a.Person, &a.Structure, &a.Territory, &a.Lang, &state, &created); err != nil {
		return a, err
	}
	a.Closed, a.Created = state != stateActive, db.At(created)
	if err = json.Unmarshal([]byte(roles), &a.Roles); err != nil {
		err = fmt.Errorf("roles of account %s: %w", a.ID, err)
	}
	return a, err
}

// The states of an account.
const (
	stateActive = "active"
	stateClosed = "closed"
)

// Create adds an account in the caller's transaction. It never checks who asks. A login
// already taken is refused with the code "auth.login_taken".
func (s *Service) Create(tx *db.Tx, n NewAccount) (Account, error) {
	n, err := n.Normalize()
	if err != nil {
		return Account{}, err
	}
	_, taken, err := db.Find(tx, db.Value[string], `SELECT id FROM account WHERE login = $1`, n.Login)
	if err != nil {
		return Account{}, err
	}
	if taken {
		return Account{}, fault.Conflict("auth.login_taken").At("login")
	}
	a := Account{
		ID: ident.New[AccountID](tx.Now()), Login: n.Login, Name: n.Name, Roles: n.Roles, Person: n.Person,
		Structure: n.Structure, Territory: n.Territory, Lang: n.Lang, Created: tx.Now(),
	}
	roles, err := json.Marshal(a.Roles)
	if err != nil {
		return Account{}, fault.Internal(err)
	}
	err = tx.Write(`INSERT INTO account (`+accountColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, a.Login, a.Name, string(roles), a.Person, a.Structure, a.Territory, a.Lang, stateActive, db.Ms(a.Created))
	if err != nil {
		return Account{}, err
	}
	if n.Secret != "" {
		if err := setSecret(tx, a.ID, kindPassword, n.Secret); err != nil {
			return Account{}, err
		}
	}
	return a, s.audit.Record(tx, audit.Event{Action: "account.create", Object: "account", ObjectID: string(a.ID), Detail: joinRoles(a.Roles)})
}

func joinRoles(roles []actor.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

// AccountByLogin returns the account of a login, closed ones too. It never checks who asks.
func AccountByLogin(tx *db.Tx, login string) (Account, error) {
	return db.One(tx, "auth.account", scanAccount, `SELECT `+accountColumns+` FROM account WHERE login = $1`, FoldLogin(login))
}

// AccountByID returns an account, closed ones too. It never checks who asks.
func AccountByID(tx *db.Tx, id AccountID) (Account, error) {
	return db.One(tx, "auth.account", scanAccount, `SELECT `+accountColumns+` FROM account WHERE id = $1`, id)
}

// AccountOfPerson returns the open accounts of a professional of the directory. It never checks who asks.
func AccountOfPerson(tx *db.Tx, person string) ([]Account, error) {
	return db.All(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE person = $1 AND person <> '' AND state = $2 ORDER BY created, id`, person, stateActive)
}

// AccountsHolding returns the open accounts of a territory that hold one of roles. It never checks who asks.
func AccountsHolding(tx *db.Tx, territory string, roles ...actor.Role) ([]Account, error) {
	q, args := `SELECT `+accountColumns+` FROM account WHERE territory = $1 AND state = $2 AND (1 = 0`, []any{territory, stateActive}
	for _, r := range roles {
		args = append(args, `%"`+string(r)+`"%`)
		q += ` OR roles LIKE $` + strconv.Itoa(len(args))
	}
	return db.All(tx, scanAccount, q+`) ORDER BY created, id`, args...)
}

// AccountsOfStructure returns the accounts that act for a structure and are nobody of the directory, by name, closed ones too.
// It never checks who asks.
func AccountsOfStructure(tx *db.Tx, structure string) ([]Account, error) {
	return db.All(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE structure = $1 AND structure <> '' AND person = '' ORDER BY name, id`, structure)
}
