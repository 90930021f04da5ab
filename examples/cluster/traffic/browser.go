package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// patience is how long somebody tries again before he calls it a failure.
const patience = 20 * time.Second

// signIn opens a browser of its own for an account.
func (c *crowd) signIn(login string) (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	web := &http.Client{Jar: jar, Timeout: 5 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	status, _, err := c.post(web, "/connexion", url.Values{"login": {login}, "password": {c.password}})
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("%s cannot sign in: %d", login, status)
	}
	return web, err
}

// ask sends the form of a request ten times a second, or as often as it is answered.
func (c *crowd) ask(web *http.Client, until time.Time) error {
	for n := 0; time.Now().Before(until); n++ {
		form := url.Values{
			"_cle": {rand.Text()}, "patient": {"new"}, "family_name": {"Exemple"}, "given_name": {"Alix"}, "birth_date": {fmt.Sprintf("19%02d-05-02", 20+n%70)}, "sex": {"female"},
			"commune": {"choisie"}, "commune_code": {c.commune}, "commune_code_for": {"choisie"}, "street": {"22 rue des Exemples"}, "phone": {fmt.Sprintf("+3363998%04d", n%10_000)}, "profession": {"IDE"}, "acts_IDE": {"IDE01"},
			"mode_IDE": {"VISITE"}, "often": {"usual"}, "during": {"3"}, "from": {"soon"}, "urgency": {"U0"}, "my_phone": {"01 99 00 00 01"}, "consent": {"1"},
			"prescription": {"with_patient"}, "twin": {"other"}, "action": {"trigger"},
		}
		status, to, page, err := c.insist(func() (*http.Response, error) { return send(web, c.address+"/demandes/nouvelle", form) })
		if err != nil {
			return err
		}
		if status != http.StatusSeeOther {
			return fmt.Errorf("asking is answered %d: %q", status, faults.FindAllString(page, 3))
		}
		c.mu.Lock()
		c.asked = append(c.asked, to)
		c.mu.Unlock()
		time.Sleep(100 * time.Millisecond)
	}
	return nil
}

// faults are what the form says is wrong.
var faults = regexp.MustCompile(`id="f-[a-z_A-Z]+-fault"[^<]*<?[^<]*`)

var offered = regexp.MustCompile(`action="(/offres/[^"/]+/accepter)"`)

// answer accepts what the first page offers: one wins, the others read that it is taken.
func (c *crowd) answer(web *http.Client, until time.Time) error {
	for time.Now().Before(until) {
		_, body, err := c.get(web, "/")
		if err != nil {
			return err
		}
		for _, m := range offered.FindAllStringSubmatch(body, 3) {
			status, to, err := c.post(web, m[1], url.Values{"_cle": {rand.Text()}})
			if err != nil {
				return err
			}
			switch status {
			case http.StatusSeeOther:
				page, _, _ := strings.Cut(to, "?")
				c.mu.Lock()
				c.accepted = append(c.accepted, page)
				c.mu.Unlock()
			case http.StatusConflict, http.StatusNotFound, http.StatusOK: // somebody was faster
			default:
				return fmt.Errorf("accepting is answered %d", status)
			}
		}
		time.Sleep(200 * time.Millisecond)
	}
	return nil
}

func (c *crowd) get(web *http.Client, path string) (status int, body string, err error) {
	status, _, body, err = c.insist(func() (*http.Response, error) { return send(web, c.address+path, nil) })
	return status, body, err
}

// post returns the status and where the form sends its reader.
func (c *crowd) post(web *http.Client, path string, form url.Values) (status int, to string, err error) {
	status, to, _, err = c.insist(func() (*http.Response, error) { return send(web, c.address+path, form) })
	return status, to, err
}

// send asks for a page, or sends a form.
func send(web *http.Client, address string, form url.Values) (*http.Response, error) {
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(context.Background(), method, address, body)
	if err != nil {
		return nil, err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return web.Do(r)
}

// insist does something again while nobody answers, as a phone does whose network comes and goes.
func (c *crowd) insist(do func() (*http.Response, error)) (status int, to, body string, err error) {
	begun := time.Now()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.slowest = max(c.slowest, time.Since(begun))
	}()
	for {
		answer, failure := do()
		if failure == nil {
			var text []byte
			text, failure = io.ReadAll(answer.Body)
			_ = answer.Body.Close()
			if failure == nil && answer.StatusCode < http.StatusInternalServerError && answer.StatusCode != http.StatusTooManyRequests {
				return answer.StatusCode, answer.Header.Get("Location"), string(text), nil
			}
			if failure == nil {
				failure = errors.New(answer.Status)
			}
		}
		if time.Since(begun) > patience {
			return 0, "", "", failure
		}
		c.mu.Lock()
		c.again++
		c.mu.Unlock()
		time.Sleep(100 * time.Millisecond)
	}
}
