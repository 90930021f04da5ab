// Package ident makes identifiers: sortable by the time they were made, typed by
// their owner, and unguessable. They are made in Go, never by a database.
package ident

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"sync/atomic"
	"time"
)

// Length is the number of characters of an identifier.
const Length = 32

// alphabet keeps the order of bytes and has neither i, l, o nor u, which people misread.
var alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// sequence orders the identifiers one process makes within one millisecond.
var sequence atomic.Uint32

// New returns an identifier made at now: 48 bits of milliseconds, 16 bits of
// sequence and 96 random bits. It may be called concurrently. Two identifiers of
// the same millisecond sort in the order of the calls, save when the sequence wraps.
func New[T ~string](now time.Time) T {
	var b [20]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16|uint64(sequence.Add(1)&0xffff)) // instants of this product are after 1970
	_, _ = rand.Read(b[8:])                                                                       // crypto/rand never fails since Go 1.24: it ends the process instead
	return T(alphabet.EncodeToString(b[:]))
}

// Floor returns a text that sorts before every identifier made at t or later and after
// those of the milliseconds before: where a reading of the last hour begins.
func Floor(t time.Time) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(t.UnixMilli())<<16)
	return strings.TrimRight(alphabet.EncodeToString(b[:]), "0")
}

// Valid tells whether s has the form of an identifier. It says nothing about its existence.
func Valid(s string) bool {
	if len(s) != Length {
		return false
	}
	_, err := alphabet.DecodeString(s)
	return err == nil
}
