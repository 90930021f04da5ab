// Package config holds every option of the product, its default and its documentation.
// Nothing configured is a working house: SQLite in a folder, no message leaves.
package config

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/hsm"
)

// Config is read by flags, then environment, then the defaults written here.
type Config struct {
	Listen         string        `help:"Address to listen on." default:"127.0.0.1:8080" env:"ENTRACTES_LISTEN" placeholder:"HOST:PORT"`
	MetricsListen  string        `help:"Address where a Prometheus server reads the metrics, apart from the pages; empty: nowhere." env:"ENTRACTES_METRICS_LISTEN" placeholder:"HOST:PORT"`
	TraceCollector string        `help:"Address of an OpenTelemetry collector, http://127.0.0.1:4318, for a program built with the tag otel; empty: nowhere." env:"ENTRACTES_TRACE_COLLECTOR" placeholder:"URL"`
	PublicURL      string        `help:"Address people use to reach the house, without a final slash; links in messages start with it." env:"ENTRACTES_PUBLIC_URL" placeholder:"URL"`
	Database       string        `help:"SQLite file, or postgres://… when several nodes share the work." default:"var/entractes.db" env:"ENTRACTES_DATABASE" placeholder:"FILE|URL"`
	MasterKey      string        `help:"File of the master key that opens the patients' keys; made at the first start. Keep a copy elsewhere than the backups." default:"var/master.key" env:"ENTRACTES_MASTER_KEY" placeholder:"FILE"`
	MasterKeyText  string        `help:"The master key itself, where a keeper of secrets gives it to the process; the file is then neither read nor made." env:"ENTRACTES_MASTER_KEY_TEXT" secret:"true"`
	TrustedProxies string        `help:"Networks of the reverse proxies in front, separated by commas, whose X-Forwarded-For tells who connects." default:"127.0.0.0/8,::1" env:"ENTRACTES_TRUSTED_PROXIES" placeholder:"CIDR,…"`
	RateAccount    float64       `help:"Pages a second one account may ask for in the long run, ten seconds of them at once; 0: any number." default:"20" env:"ENTRACTES_RATE_ACCOUNT"`
	RateAddress    float64       `help:"The same for one network address without an account." default:"10" env:"ENTRACTES_RATE_ADDRESS"`
	Drain          time.Duration `help:"Asked to stop, serve pages for this long while /readyz says no, so that a proxy sends people to the other nodes first." default:"0s" env:"ENTRACTES_DRAIN"`
	LogLevel       string        `help:"What the log tells: debug, info, warn, error." default:"info" enum:"debug,info,warn,error" env:"ENTRACTES_LOG_LEVEL"`

	BackupFolder string        `help:"Folder where the house puts encrypted copies of itself; empty: it makes none by itself." env:"ENTRACTES_BACKUP_FOLDER" placeholder:"FOLDER"`
	BackupEvery  time.Duration `help:"Time between two copies." default:"24h" env:"ENTRACTES_BACKUP_EVERY"`
	BackupKeep   int           `help:"Copies kept; 0 keeps all of them." default:"30" env:"ENTRACTES_BACKUP_KEEP"`

	SMTPHost     string `help:"Mail server; empty: no mail leaves." env:"ENTRACTES_SMTP_HOST" placeholder:"HOST"`
	SMTPPort     int    `help:"Port of the mail server." default:"587" env:"ENTRACTES_SMTP_PORT"`
	SMTPSecurity string `help:"How the mail connection is protected: starttls, tls, or none on this machine only." default:"starttls" enum:"starttls,tls,none" env:"ENTRACTES_SMTP_SECURITY"`
	SMTPUser     string `help:"Login on the mail server." env:"ENTRACTES_SMTP_USER"`
	SMTPPassword string `help:"Password on the mail server." env:"ENTRACTES_SMTP_PASSWORD" secret:"true"`
	MailFrom     string `help:"Sender of the mails." default:"coordination@example.org" env:"ENTRACTES_MAIL_FROM"`
	// Secure mail has its own server: an operator of MSSanté or Apicrypt.
	SecureMailHost     string `help:"Server of an operator of secure mail (MSSanté, Apicrypt), where reports leave for registered GPs; empty: no report leaves." env:"ENTRACTES_SECURE_MAIL_HOST" placeholder:"HOST"`
	SecureMailPort     int    `help:"Port of the secure mail server." default:"587" env:"ENTRACTES_SECURE_MAIL_PORT"`
	SecureMailSecurity string `help:"How the connection to the secure mail server is protected: starttls, tls, or none on this machine only." default:"starttls" enum:"starttls,tls,none" env:"ENTRACTES_SECURE_MAIL_SECURITY"`
	SecureMailUser     string `help:"Login on the secure mail server." env:"ENTRACTES_SECURE_MAIL_USER"`
	SecureMailPassword string `help:"Password on the secure mail server." env:"ENTRACTES_SECURE_MAIL_PASSWORD" secret:"true"`
	SecureMailFrom     string `help:"Secure mailbox that sends the reports." env:"ENTRACTES_SECURE_MAIL_FROM"`
	SecureMailDomains  string `help:"Domains whose mailboxes the secure mail server reaches, separated by commas; a report goes nowhere else." default:"mssante.fr,apicrypt.org" env:"ENTRACTES_SECURE_MAIL_DOMAINS"`

	SessionIdle     time.Duration `help:"A session that goes unused this long locks, until its owner proves who he is again; 0: never." default:"15m" env:"ENTRACTES_SESSION_IDLE"`
	SessionIdleDesk time.Duration `help:"The same for those who supervise or answer calls." default:"10m" env:"ENTRACTES_SESSION_IDLE_DESK"`
	SessionLast     time.Duration `help:"A session lasts this long at most." default:"12h" env:"ENTRACTES_SESSION_LAST"`
	SessionPhone    time.Duration `help:"The session of a paired phone lasts this long at most." default:"720h" env:"ENTRACTES_SESSION_PHONE"`

	PKCS11Module string `help:"Library of a hardware module whose key wraps the file of the master key (PKCS#11); only in programs built with the tag pkcs11." env:"ENTRACTES_PKCS11_MODULE" placeholder:"FILE"`
	PKCS11Token  string `help:"Label of the token in that module." env:"ENTRACTES_PKCS11_TOKEN"`
	PKCS11PIN    string `help:"PIN of that token." env:"ENTRACTES_PKCS11_PIN" secret:"true"`
	PKCS11Key    string `help:"Label of the key in that token; made at the first start." default:"entractes" env:"ENTRACTES_PKCS11_KEY"`

	PSCDiscovery string `help:"Discovery document of Pro Santé Connect: production, sandbox, or the address of another provider of the same words; empty: nobody signs in by it." env:"ENTRACTES_PSC" placeholder:"production|sandbox|URL"`
	PSCClient    string `help:"Name of this house at Pro Santé Connect." env:"ENTRACTES_PSC_CLIENT"`
	PSCSecret    string `help:"Secret of this house at Pro Santé Connect." env:"ENTRACTES_PSC_SECRET" secret:"true"`
	PSCKey       string `help:"File of the private key (PEM, PKCS #8) that opens what Pro Santé Connect encrypts to this house; empty when it was given no key." env:"ENTRACTES_PSC_KEY" placeholder:"FILE"`

	CardListen string `help:"Address, apart from the pages, where browsers present professional cards (TLS client certificates); empty: no card is read." env:"ENTRACTES_CARD_LISTEN" placeholder:"HOST:PORT"`
	CardURL    string `help:"Address people’s browsers reach it at, without a final slash." env:"ENTRACTES_CARD_URL" placeholder:"URL"`
	CardCert   string `help:"File of the certificate of that address, with its chain (PEM)." env:"ENTRACTES_CARD_CERT" placeholder:"FILE"`
	CardKey    string `help:"File of its key (PEM)." env:"ENTRACTES_CARD_KEY" placeholder:"FILE"`
	CardCA     string `help:"File of the authorities of IGC-Santé, roots and intermediates (PEM)." env:"ENTRACTES_CARD_CA" placeholder:"FILE"`
	CardLists  string `help:"Folder of their revocation lists (.crl), read again every hour: refresh it at least as often as they are published." env:"ENTRACTES_CARD_LISTS" placeholder:"FOLDER"`
	CardUnits  string `help:"OU of the families of cards accepted, separated by semicolons; empty: any." env:"ENTRACTES_CARD_UNITS" placeholder:"OU;…"`

	SMSGateway string `help:"File that describes the SMS gateway (see docs/operations.md); empty: no text message leaves." env:"ENTRACTES_SMS_GATEWAY" placeholder:"FILE"`
}

// Document writes every option with its documentation and default, as a file of
// environment variables that can be edited and loaded.
func Document(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Every option of Entr’Actes with its default. Flags win over these variables.\n")
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		fmt.Fprintf(&b, "\n# %s\n#%s=%s\n", tag.Get("help"), tag.Get("env"), tag.Get("default"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Key reads the master key's file, and makes one with fresh as its content when there
// is none yet. The file is readable by its owner only.
func (c Config) Key(fresh func() ([]byte, error)) (_ []byte, err error) {
	defer fault.Wrap(&err, "read the master key in %s", c.MasterKey)
	key, err := c.ReadKey()
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if key, err = fresh(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(c.MasterKey), 0o700); err != nil {
		return nil, err
	}
	return key, c.writeKey(key)
}

// writeKey writes beside and renames, so that a stop in the middle never leaves half a key.
func (c Config) writeKey(key []byte) (err error) {
	if c.module().Asked() {
		if key, err = c.module().Wrap(key); err != nil {
			return err
		}
	}
	temporary := c.MasterKey + "." + rand.Text()
	if err := os.WriteFile(temporary, key, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, c.MasterKey)
}

// ReadKey reads the master key again.
func (c Config) ReadKey() ([]byte, error) {
	if c.MasterKeyText != "" {
		return []byte(c.MasterKeyText), nil
	}
	return c.readFile()
}

// readFile reads the master key in its file, through the module that wraps it when there is one.
func (c Config) readFile() ([]byte, error) {
	text, err := os.ReadFile(c.MasterKey)
	if err != nil || !c.module().Asked() {
		return text, err
	}
	return c.module().Unwrap(text)
}

func (c Config) module() hsm.Module {
	return hsm.Module{Library: c.PKCS11Module, Token: c.PKCS11Token, PIN: c.PKCS11PIN, Key: c.PKCS11Key}
}

// KeyChanged is when the master key's file was last written; zero when there is no file.
func (c Config) KeyChanged() (time.Time, error) {
	if c.MasterKeyText != "" {
		return time.Time{}, nil
	}
	info, err := os.Stat(c.MasterKey)
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

// ChangeKey replaces the master key by what change makes of it, and keeps the one before in
// a file of its own, whose name it returns: the copies of the house made until now open with that one.
func (c Config) ChangeKey(change func([]byte) ([]byte, error)) (kept string, err error) {
	defer fault.Wrap(&err, "change the master key in %s", c.MasterKey)
	if c.MasterKeyText != "" {
		return "", fault.Invalid("config.key_given", "master-key-text")
	}
	before, err := c.readFile()
	if errors.Is(err, fs.ErrNotExist) {
		return "", fault.Invalid("config.no_key", "master-key", "file", c.MasterKey).Because(err)
	}
	if err != nil {
		return "", err
	}
	after, err := change(before)
	if err != nil {
		return "", err
	}
	if before, err = os.ReadFile(c.MasterKey); err != nil { // as it stands, wrapped or not
		return "", err
	}
	for n := 1; ; n++ {
		kept = fmt.Sprintf("%s.before-%d", c.MasterKey, n)
		f, err := os.OpenFile(kept, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = f.Write(before)
		if err = errors.Join(err, f.Close()); err != nil {
			return "", err
		}
		return kept, c.writeKey(after)
	}
}

// Cards reads the authorities of professional cards and their revocation lists.
func (c Config) Cards() (authorities []byte, lists [][]byte, err error) {
	defer fault.Wrap(&err, "read the authorities of cards in %s and %s", c.CardCA, c.CardLists)
	if authorities, err = os.ReadFile(c.CardCA); err != nil || c.CardLists == "" {
		return authorities, nil, err
	}
	names, err := filepath.Glob(filepath.Join(c.CardLists, "*.crl"))
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, err
		}
		lists = append(lists, text)
	}
	return authorities, lists, nil
}

// Prepare makes the folder of the SQLite file.
func (c Config) Prepare() error {
	if strings.Contains(c.Database, "://") {
		return nil
	}
	return os.MkdirAll(filepath.Dir(c.Database), 0o700)
}

// Gateway reads the file that describes the SMS gateway into v; false when there is none.
func (c Config) Gateway(v any) (_ bool, err error) {
	defer fault.Wrap(&err, "read the SMS gateway in %s", c.SMSGateway)
	if c.SMSGateway == "" {
		return false, nil
	}
	text, err := os.ReadFile(c.SMSGateway)
	if err != nil {
		return false, err
	}
	return true, json.Unmarshal(text, v)
}
