package crypt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/tink"

	"entractes/internal/base/fault"
)

// masterFile is the text of a master key. Two keysets, so that rotating the one that
// wraps leaves the blind indexes already written comparable with new ones.
type masterFile struct {
	Wrap  json.RawMessage `json:"wrap"`
	Index json.RawMessage `json:"index"`
}

// NewMasterKey makes the text of a master key. It is a secret: the caller keeps it in
// a file that only the process reads, apart from the database and from its copies.
func NewMasterKey() ([]byte, error) {
	wrap, err := newKeyset(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fault.Internal(err)
	}
	index, err := newKeyset(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return nil, fault.Internal(err)
	}
	text, err := json.MarshalIndent(masterFile{Wrap: wrap, Index: index}, "", "  ")
	if err != nil {
		return nil, fault.Internal(err)
	}
	return append(text, '\n'), nil
}

func newKeyset(template *tinkpb.KeyTemplate) (json.RawMessage, error) {
	handle, err := keyset.NewHandle(template)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&b))
	return b.Bytes(), err
}

// master is an opened master key.
type master struct {
	wrap  tink.AEAD
	id    string          // of the key that wraps new data keys
	known map[string]bool // of every key that still unwraps
	index *prf.Set
}

// openMaster reads the text made by NewMasterKey. Its errors hold nothing of the key.
func openMaster(text []byte) (master, error) {
	var file masterFile
	if json.Unmarshal(text, &file) != nil || len(file.Wrap) == 0 || len(file.Index) == 0 {
		return master{}, errors.New("the text is not a master key of this product")
	}
	m := master{known: map[string]bool{}}
	handle, err := readKeyset(file.Wrap)
	if err != nil {
		return master{}, errors.New("the wrapping keyset of the master key cannot be read")
	}
	if m.wrap, err = aead.New(handle); err != nil {
		return master{}, errors.New("the wrapping keyset of the master key is of another type")
	}
	for i := range handle.Len() {
		entry, err := handle.Entry(i)
		if err != nil {
			return master{}, errors.New("the wrapping keyset of the master key has an unreadable entry")
		}
		id := fmt.Sprintf("%08x", entry.KeyID())
		m.known[id] = true
		if entry.IsPrimary() {
			m.id = id
		}
	}
	if handle, err = readKeyset(file.Index); err != nil {
		return master{}, errors.New("the index keyset of the master key cannot be read")
	}
	if m.index, err = prf.NewPRFSet(handle); err != nil {
		return master{}, errors.New("the index keyset of the master key is of another type")
	}
	return m, nil
}

func readKeyset(text []byte) (*keyset.Handle, error) {
	return insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
}
