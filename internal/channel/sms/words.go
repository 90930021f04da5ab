package sms

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // providers sign with it: it proves nothing to us
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"text/template"
	"time"
)

// funcs are the words of templates:
//
//	json v               v as JSON, quotes included
//	query v              v escaped for a form or a query
//	sha1 v…              hexadecimal SHA-1 of the values joined by "+"
//	hmac1 key v          base64 HMAC-SHA-1
//	hmac key v           hexadecimal HMAC-SHA-256
//	basic user password  the value of a Basic Authorization header
//	plain v              v without its leading +
var funcs = template.FuncMap{
	"json": func(v any) (string, error) {
		text, err := json.Marshal(v)
		return string(text), err
	},
	"query": url.QueryEscape,
	"sha1": func(values ...any) string {
		parts := make([]string, len(values))
		for i, v := range values {
			parts[i] = text(v)
		}
		sum := sha1.Sum([]byte(strings.Join(parts, "+"))) //nolint:gosec // as above
		return hex.EncodeToString(sum[:])
	},
	"hmac1": func(key, v string) string {
		h := hmac.New(sha1.New, []byte(key))
		h.Write([]byte(v))
		return base64.StdEncoding.EncodeToString(h.Sum(nil))
	},
	"hmac": func(key, v string) string {
		h := hmac.New(sha256.New, []byte(key))
		h.Write([]byte(v))
		return hex.EncodeToString(h.Sum(nil))
	},
	"basic": func(user, password string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	},
	"plain": func(v string) string { return strings.TrimPrefix(v, "+") },
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case int:
		return strconv.Itoa(v)
	}
	return ""
}

func parse(name, text string) (*template.Template, error) {
	return template.New(name).Funcs(funcs).Option("missingkey=error").Parse(text)
}

func write(t *template.Template, v Values) (string, error) {
	var b strings.Builder
	err := t.Execute(&b, v)
	return b.String(), err
}

// restMost bounds what a gateway may ask for: a longer rest is an outage, and the
// other channels have gone on long before.
const restMost = 15 * time.Minute

// retryAfter reads the header of that name: seconds or a date. 30 s when it says nothing readable.
func retryAfter(header string, now time.Time) time.Duration {
	wait := 30 * time.Second
	if seconds, err := strconv.Atoi(strings.TrimSpace(header)); err == nil {
		wait = time.Duration(min(max(seconds, 0), 86400)) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, time.Second), restMost)
}

// publicOnly refuses a connection to an address that is not on the public network. It
// sees the address after its name was resolved.
func publicOnly(_, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil || isPrivate(a.Addr()) {
		return errPrivate
	}
	return nil
}

func isTrust(err error) bool {
	_, unverified := errors.AsType[*tls.CertificateVerificationError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	return unverified || unknown || record
}
