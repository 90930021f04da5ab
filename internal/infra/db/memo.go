package db

import "strings"

// Memo reads what key names in table once for the whole transaction: an act asks for the
// rules of its territory from many places. A write of the transaction to that table forgets
// what was read from it. What read returns must not be changed by whoever receives it; an
// error is not kept. key is comparable and of a type that only one kind of reading uses.
func Memo[K comparable, T any](t *Tx, table string, key K, read func() (T, error)) (T, error) {
	if kept, ok := t.memo[table][key]; ok {
		if err := t.Ready(); err != nil {
			var zero T
			return zero, err
		}
		return kept.(T), nil
	}
	v, err := read()
	if err != nil {
		return v, err
	}
	if t.memo == nil {
		t.memo = map[string]map[any]any{}
	}
	if t.memo[table] == nil {
		t.memo[table] = map[any]any{}
	}
	t.memo[table][key] = v
	return v, nil
}

// wrote drops what is remembered of the table that q writes to.
func (t *Tx) wrote(q string, args []any) {
	if len(t.memo) > 0 {
		delete(t.memo, tableOf(q))
	}
	if t.db.tap != nil {
		t.written = append(t.written, Written{q, args})
	}
}

// tableOf is the table that a statement writes to: the word after INTO, FROM or UPDATE that
// comes first, past the names a WITH gives.
func tableOf(q string) string {
	words := strings.Fields(q[:min(len(q), 400)])
	for i, w := range words[:max(0, len(words)-1)] {
		switch {
		case w == "UPDATE" && words[i+1] != "SKIP" && words[i+1] != "SET", w == "INTO", w == "FROM" && i > 0 && words[i-1] == "DELETE":
			return words[i+1]
		}
	}
	return ""
}
