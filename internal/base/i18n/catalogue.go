package i18n

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// Langs lists the languages of the product; the first is the one of those who ask for none.
var Langs = []string{"fr", "en"}

//go:embed messages/*.json
var files embed.FS

// message is one sentence. one is empty when the sentence does not depend on a number.
type message struct {
	one, other string
	file       string
}

// catalogues holds every sentence by language and key, with what is wrong in the files.
type catalogues struct {
	byLang   map[string]map[string]message
	problems []string
}

var loaded = sync.OnceValue(func() catalogues { return load(files) })

// load reads messages/<area>.<lang>.json. A file that cannot be read is left out and
// named among the problems, so that one bad area never silences the others.
func load(from fs.FS) catalogues {
	c := catalogues{byLang: map[string]map[string]message{}}
	for _, lang := range Langs {
		c.byLang[lang] = map[string]message{}
	}
	names, err := fs.Glob(from, "messages/*.json")
	if err != nil {
		c.problems = append(c.problems, err.Error())
	}
	for _, name := range names {
		area, lang, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".json"), ".")
		into, ok := c.byLang[lang]
		if !ok || area == "" {
			c.problems = append(c.problems, name+": is not named <area>.<lang>.json")
			continue
		}
		text, err := fs.ReadFile(from, name)
		if err == nil {
			err = readArea(text, name, into)
		}
		if err != nil {
			c.problems = append(c.problems, name+": "+err.Error())
		}
	}
	return c
}

// readArea adds the sentences of one file to into. It keeps reading after a key that
// is already there, and returns every fault at once.
func readArea(text []byte, file string, into map[string]message) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return errors.Join(errors.New("is not a JSON object"), err)
	}
	var faults []error
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		key, ok := token.(string)
		if !ok {
			return errors.Join(append(faults, fmt.Errorf("%v is not a key", token))...)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return errors.Join(append(faults, fmt.Errorf("%s: %w", key, err))...)
		}
		m, err := readMessage(raw)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", key, err))
			continue
		}
		if before, twice := into[key]; twice {
			faults = append(faults, fmt.Errorf("%s: is already in %s", key, before.file))
			continue
		}
		m.file = file
		into[key] = m
	}
	if _, err := dec.Token(); err != nil {
		faults = append(faults, fmt.Errorf("does not end well: %w", err))
	}
	return errors.Join(faults...)
}

func readMessage(raw json.RawMessage) (message, error) {
	var text string
	if err := json.Unmarshal(raw, &text); err == nil {
		return message{other: text}, nil
	}
	var forms struct{ One, Other string }
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&forms); err != nil || forms.One == "" || forms.Other == "" {
		return message{}, errors.Join(errors.New(`is neither a sentence nor {"one", "other"}`), err)
	}
	return message{one: forms.One, other: forms.Other}, nil
}
