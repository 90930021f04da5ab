package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/web"
	"entractes/internal/web/webtest"
)

// noon is the instant every page of these tests is read at.
var noon = time.Date(2028, 9, 6, 10, 20, 0, 0, time.UTC)

func nobody(context.Context, string, bool) (actor.Actor, error) {
	return actor.Actor{}, fault.Unauthenticated("unauthenticated")
}

// house serves the gallery and the preferences behind the door of all pages.
func house(t *testing.T, more ...func(*http.ServeMux)) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(web.AssetPrefix, web.Assets())
	mux.Handle("GET /dev/composants", web.Gallery())
	mux.Handle("POST /langue", web.ChooseLang())
	mux.Handle("POST /theme", web.ChooseTheme())
	mux.Handle("/", web.NotFound())
	for _, add := range more {
		add(mux)
	}
	s := httptest.NewServer(web.Door(clock.NewManual(noon), nobody, mux))
	t.Cleanup(s.Close)
	return s
}

func TestGalleryHasNoBarrier(t *testing.T) {
	s := house(t)
	ctx := webtest.Browser(t)
	for _, width := range []int64{webtest.Phone, webtest.Desk} {
		for _, theme := range []string{webtest.Light, webtest.Dark} {
			for name, page := range map[string]string{"gallery": "", "home": "accueil", "request": "suivi", "console": "console", "error": "erreur"} {
				webtest.Visit(t, ctx, s.URL+"/dev/composants?page="+page, width, theme)
				webtest.Shot(t, ctx, name, width, theme)
				t.Run(name, func(t *testing.T) { webtest.NoBarrier(t, ctx) })
			}
		}
	}
	webtest.Eval[bool](t, ctx, `fetch("/langue", {method: "POST", body: new URLSearchParams({lang: "en", suite: "/dev/composants"})}).then(r => r.ok)`)
	for _, width := range []int64{webtest.Phone, webtest.Desk} {
		webtest.Visit(t, ctx, s.URL+"/dev/composants", width, webtest.Light)
		webtest.Shot(t, ctx, "gallery-en", width, webtest.Light)
		webtest.NoBarrier(t, ctx)
	}
}
