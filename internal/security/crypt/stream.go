package crypt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/streamingaead"

	"entractes/internal/base/fault"
)

// maxStreamKey bounds the wrapped key at the head of a stream.
const maxStreamKey = 1 << 16

// SealStream returns a writer that encrypts what is written to it into w, with a key of
// its own wrapped by the master key and kept at the head of the stream. what binds the
// stream to its use. The caller closes it: a stream that was not closed opens nowhere.
func (v *Vault) SealStream(w io.Writer, what string) (_ io.WriteCloser, err error) {
	defer fault.Wrap(&err, "seal a stream")
	handle, err := keyset.NewHandle(streamingaead.AES256GCMHKDF1MBKeyTemplate())
	if err != nil {
		return nil, err
	}
	var wrapped bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&wrapped), v.master.Load().wrap, []byte(what)); err != nil {
		return nil, err
	}
	if err := binary.Write(w, binary.BigEndian, uint32(wrapped.Len())); err != nil { //nolint:gosec // a key is some hundred bytes
		return nil, err
	}
	if _, err := w.Write(wrapped.Bytes()); err != nil {
		return nil, err
	}
	cipher, err := streamingaead.New(handle)
	if err != nil {
		return nil, err
	}
	return cipher.NewEncryptingWriter(w, []byte(what))
}

// OpenStream reads what SealStream wrote for the same use under the same master key. A
// stream of another key, cut or altered is refused with the code "crypt.refused", by it or by a read.
func (v *Vault) OpenStream(r io.Reader, what string) (_ io.Reader, err error) {
	var n uint32
	if err := binary.Read(r, binary.BigEndian, &n); err != nil || n == 0 || n > maxStreamKey {
		return nil, refusal("crypt.refused", errors.New("the stream has no key at its head"))
	}
	wrapped := make([]byte, n)
	if _, err := io.ReadFull(r, wrapped); err != nil {
		return nil, refusal("crypt.refused", err)
	}
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(wrapped)), v.master.Load().wrap, []byte(what))
	if err != nil {
		return nil, refusal("crypt.refused", err)
	}
	cipher, err := streamingaead.New(handle)
	if err != nil {
		return nil, refusal("crypt.refused", err)
	}
	plain, err := cipher.NewDecryptingReader(r, []byte(what))
	if err != nil {
		return nil, refusal("crypt.refused", err)
	}
	return refusing{plain}, nil
}

// refusing names what a read meets when the stream was altered.
type refusing struct{ io.Reader }

func (r refusing) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = refusal("crypt.refused", err)
	}
	return n, err
}
