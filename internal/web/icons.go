package web

import (
	"context"
	"io"
	"io/fs"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

// drawings holds the inside of each icon by its name.
var drawings = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	names, _ := fs.Glob(embedded, "assets/icons/*.svg")
	for _, name := range names {
		text, err := fs.ReadFile(embedded, name)
		if err != nil {
			continue
		}
		_, inside, _ := strings.Cut(string(text), "<svg")
		_, inside, _ = strings.Cut(inside, ">")
		inside, _, _ = strings.Cut(inside, "</svg>")
		all[strings.TrimSuffix(strings.TrimPrefix(name, "assets/icons/"), ".svg")] = strings.Join(strings.Fields(inside), " ")
	}
	return all
})

// Icon draws an icon of assets/icons by its name, hidden from screen readers: the word
// beside it says it. It draws nothing for "" or an unknown name.
func Icon(name string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		inside, ok := drawings()[name]
		if !ok {
			return nil
		}
		_, err := io.WriteString(w, `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">`+inside+`</svg>`)
		return err
	})
}
