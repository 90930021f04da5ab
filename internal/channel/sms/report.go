package sms

import (
	"crypto/hmac"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
)

// Reports describes how the gateway calls back about messages.
type Reports struct {
	Secret    string   // last segment of the path it calls; at least 16 characters
	ID        string   // name of the field with the identifier of the message
	Status    string   // name of the field with its fate
	Delivered []string // fates, whatever their case
	Failed    []string
	Sent      []string
}

// Report is one call back, read.
type Report struct {
	ProviderID string
	State      notify.State // Delivered, Failed or Sent; empty for a fate nobody described
}

// maxReport bounds a call back, in bytes.
const maxReport = 64 << 10

// Trusts tells whether secret, taken from the path called, is the gateway's. It takes
// the same time whatever the answer.
func (c Reports) Trusts(secret string) bool {
	return len(c.Secret) >= 16 && hmac.Equal([]byte(secret), []byte(c.Secret))
}

// Read reads a call back: a form, a query or a flat JSON object. It does not judge
// who calls: see Trusts. Fields that are not described are never looked at.
func (c Reports) Read(r *http.Request) (_ Report, err error) {
	defer fault.Wrap(&err, "read a report of the gateway")
	fields, err := fieldsOf(r)
	if err != nil {
		return Report{}, err
	}
	id, status := fields[c.ID], fields[c.Status]
	if id == "" || len(id) > 200 {
		return Report{}, errors.New("it names no message")
	}
	return Report{ProviderID: id, State: c.state(status)}, nil
}

func (c Reports) state(status string) notify.State {
	among := func(list []string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, status) })
	}
	switch {
	case among(c.Delivered):
		return notify.Delivered
	case among(c.Failed):
		return notify.Failed
	case among(c.Sent):
		return notify.Sent
	}
	return ""
}

func fieldsOf(r *http.Request) (map[string]string, error) {
	fields := map[string]string{}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxReport+1))
	if err != nil || len(body) > maxReport {
		return nil, errors.Join(err, errors.New("it is too long"))
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var values map[string]any
		if err := json.Unmarshal(body, &values); err != nil {
			return nil, err
		}
		for name, v := range values {
			switch v := v.(type) {
			case string:
				fields[name] = v
			case float64:
				number, err := json.Marshal(v)
				if err != nil {
					return nil, err
				}
				fields[name] = string(number)
			}
		}
		return clean(fields), nil
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	for name, values := range r.Form {
		fields[name] = values[0]
	}
	return clean(fields), nil
}

// clean keeps text that a database stores.
func clean(fields map[string]string) map[string]string {
	for name, v := range fields {
		fields[name] = strings.ReplaceAll(strings.ToValidUTF8(v, ""), "\x00", "")
	}
	return fields
}
