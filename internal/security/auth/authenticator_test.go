package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"entractes/internal/security/auth"
)

// authenticator is a key of a phone, which signs what it is asked to. Its fields are what a test bends.
type authenticator struct {
	t       testing.TB
	key     *ecdsa.PrivateKey
	id      []byte
	user    []byte
	count   uint32
	origin  string
	site    string
	noTouch bool // the person was not verified
}

func newAuthenticator(t testing.TB) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	return &authenticator{t: t, key: key, id: id, origin: "http://localhost", site: "localhost"}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (a *authenticator) client(kind, challenge string) []byte {
	return a.json(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
}

func (a *authenticator) json(v any) []byte {
	a.t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		a.t.Fatal(err)
	}
	return text
}

// data is what the authenticator says of itself; flag 0x40 brings its key along.
func (a *authenticator) data(flags byte) []byte {
	site := sha256.Sum256([]byte(a.site))
	flags |= 0x01
	if !a.noTouch {
		flags |= 0x04
	}
	return binary.BigEndian.AppendUint32(append(site[:], flags), a.count)
}

// create answers parseCreationOptionsFromJSON.
func (a *authenticator) create(c auth.Challenge) []byte {
	a.t.Helper()
	var options struct {
		Challenge string `json:"challenge"`
		User      struct {
			ID string `json:"id"`
		} `json:"user"`
	}
	if err := json.Unmarshal(c.Options, &options); err != nil {
		a.t.Fatal(err)
	}
	a.user, _ = base64.RawURLEncoding.DecodeString(options.User.ID)
	point, err := a.key.PublicKey.Bytes()
	if err != nil {
		a.t.Fatal(err)
	}
	public, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		a.t.Fatal(err)
	}
	data := append(a.data(0x40), make([]byte, 16)...) // no model
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(a.id))), a.id...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": append(data, public...)})
	if err != nil {
		a.t.Fatal(err)
	}
	return a.json(map[string]any{
		"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": b64(a.client("webauthn.create", options.Challenge)), "attestationObject": b64(object), "transports": []string{"internal"}},
	})
}

// sign answers parseRequestOptionsFromJSON.
func (a *authenticator) sign(c auth.Challenge) []byte {
	a.t.Helper()
	var options struct {
		Challenge string `json:"challenge"`
	}
	if err := json.Unmarshal(c.Options, &options); err != nil {
		a.t.Fatal(err)
	}
	client, data := a.client("webauthn.get", options.Challenge), a.data(0)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.json(map[string]any{
		"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(a.user)},
	})
}
