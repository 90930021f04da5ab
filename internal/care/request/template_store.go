package request

import (
	"encoding/json"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

const templateColumns = `id, name, need, words, created`

func scanTemplate(row db.Row) (t Template, err error) {
	var need string
	var created int64
	if err := row.Scan(&t.ID, &t.Name, &need, &t.Words, &created); err != nil {
		return t, err
	}
	t.Created = db.At(created)
	return t, json.Unmarshal([]byte(need), &t.Need)
}

func insertTemplate(tx *db.Tx, territory, owner, account string, t Template) error {
	need, err := json.Marshal(t.Need)
	if err != nil {
		return err
	}
	return tx.Write(`INSERT INTO request_template (id, territory, owner, name, need, words, account, created) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		string(t.ID), territory, owner, t.Name, string(need), t.Words, account, db.Ms(t.Created))
}

// templatesOf reads the templates of an owner, oldest first.
func templatesOf(tx *db.Tx, owner string) ([]Template, error) {
	return db.All(tx, scanTemplate, `SELECT `+templateColumns+` FROM request_template WHERE owner = $1 ORDER BY created, id`, owner)
}

// ownTemplate reads a template of whoever asks; fault.NotFound when it is not his structure's.
func ownTemplate(tx *db.Tx, id TemplateID) (Template, error) {
	_, owner, err := templateOwner(tx)
	if err != nil {
		return Template{}, err
	}
	t, ok, err := db.Find(tx, scanTemplate, `SELECT `+templateColumns+` FROM request_template WHERE id = $1 AND owner = $2`, string(id), owner)
	if err == nil && !ok {
		err = fault.NotFound("template.not_found")
	}
	return t, err
}
