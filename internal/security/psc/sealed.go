package psc

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"entractes/internal/base/fault"
)

// Words a provider may seal an answer with. RSA1_5, whose padding tells too much to who asks
// often enough, is not one of them.
var (
	sealedKeys     = []jose.KeyAlgorithm{jose.RSA_OAEP, jose.RSA_OAEP_256, jose.ECDH_ES, jose.ECDH_ES_A128KW, jose.ECDH_ES_A256KW}
	sealedContents = []jose.ContentEncryption{jose.A128GCM, jose.A256GCM, jose.A128CBC_HS256, jose.A256CBC_HS512}
)

// ParseKey reads a private key, RSA or elliptic, in PEM and the form PKCS #8.
func ParseKey(text []byte) (_ any, err error) {
	defer fault.Wrap(&err, "read the key of Pro Santé Connect")
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM block in it")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	switch key.(type) {
	case *rsa.PrivateKey, *ecdsa.PrivateKey:
		return key, nil
	}
	return nil, errors.New("neither an RSA key nor an elliptic one")
}

// unsealing opens the answers that the provider encrypts to this house (JWE) before anybody
// verifies who signed them: what is inside must be a signed token, since anybody may
// encrypt to a public key.
type unsealing struct {
	http.RoundTripper
	key any
}

// RoundTrip implements http.RoundTripper.
func (u unsealing) RoundTrip(r *http.Request) (_ *http.Response, err error) {
	answer, err := u.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); kind != "application/jwt" && kind != "application/jose" {
		return answer, nil
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, answerMax))
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return nil, err
	}
	if strings.Count(string(body), ".") == 4 {
		if body, err = u.open(string(body)); err != nil {
			return nil, err
		}
	}
	answer.Header.Set("Content-Type", "application/jwt")
	answer.Header.Del("Content-Length")
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return answer, nil
}

func (u unsealing) open(sealed string) (_ []byte, err error) {
	defer fault.Wrap(&err, "open a sealed answer")
	if u.key == nil {
		return nil, errors.New("the provider encrypts and this house has no key for it")
	}
	parsed, err := jose.ParseEncryptedCompact(strings.TrimSpace(sealed), sealedKeys, sealedContents)
	if err != nil {
		return nil, err
	}
	return parsed.Decrypt(u.key)
}
