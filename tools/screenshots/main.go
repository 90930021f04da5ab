// Command screenshots takes the pictures of the README from a fresh demonstration, with
// the browser of the tests. Run it at the root of the repository, after `make build`.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

const (
	port    = "8098"
	house   = "http://localhost:" + port
	folder  = "docs/images"
	browser = "/usr/bin/chromium"
	// most is the size of a picture that a page on the web may carry, in bytes.
	most = 300 << 10
)

// picture is one page as somebody sees it. Follow is a link of the page to go to first.
type picture struct {
	name, who, path, follow string
	width                   int64
	theme                   string
}

const firstRequest = `main a[href^="/demandes/0"]`

var pictures = []picture{
	{name: "demo", path: "/demo", width: 1440, theme: "light"},
	{name: "phones", path: "/dev/telephones", width: 1440, theme: "light"},
	{name: "home", who: "leonore", path: "/", width: 390, theme: "light"},
	{name: "home", who: "leonore", path: "/", width: 390, theme: "dark"},
	{name: "request", who: "leonore", path: "/", follow: firstRequest, width: 390, theme: "light"},
	{name: "request", who: "leonore", path: "/", follow: firstRequest, width: 1440, theme: "dark"},
	{name: "ask", who: "medecin", path: "/demandes/nouvelle", width: 390, theme: "light"},
	{name: "map", who: "superviseuse", path: "/carte", width: 1440, theme: "light"},
	{name: "console", who: "superviseuse", path: "/supervision", width: 1440, theme: "light"},
	{name: "console", who: "superviseuse", path: "/supervision", width: 1440, theme: "dark"},
	{name: "console", who: "superviseuse", path: "/supervision", width: 390, theme: "light"},
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "screenshots")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	stop, err := demonstrate(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("accept-lang", "fr-FR"))
	ctx, end := chromedp.NewExecAllocator(ctx, options...)
	defer end()
	ctx, closeTab := chromedp.NewContext(ctx)
	defer closeTab()
	if err := chromedp.Do(ctx); err != nil {
		return err
	}
	for _, p := range pictures {
		if err := p.take(ctx); err != nil {
			return fmt.Errorf("%s of %q: %w", p.name, p.who, err)
		}
	}
	return nil
}

// demonstrate starts the program on a new demonstration where nobody acts, and returns
// once it is ready.
func demonstrate(ctx context.Context, dir string) (stop func() error, err error) {
	cmd := exec.CommandContext(ctx, "bin/entractes", "demo", "--folder", dir, "--port", port, "--quiet-simulator", "--log-level=error") //nolint:gosec // the program just built, on a folder made here
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), house) {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return func() error { return errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()) }, nil
		}
	}
	return nil, errors.Join(errors.New("the demonstration ended before it was ready"), lines.Err(), cmd.Wait())
}

// take goes to the page as the person, and keeps what the screen shows.
func (p picture) take(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	address := house + p.path
	if p.who != "" {
		var err error
		if address, err = entrance(ctx, p.who, p.path); err != nil {
			return err
		}
	}
	height, options := int64(900), []chromedp.EmulateViewportOption{}
	if p.width < 600 {
		height, options = 844, append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	steps := []chromedp.Action[chromedp.Void]{chromedp.EmulateViewport(p.width, height, options...), media(p.theme), chromedp.Navigate(address)}
	if err := chromedp.Do(ctx, steps...); err != nil {
		return err
	}
	if p.follow != "" {
		next, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q)?.href ?? ''", p.follow)))
		if err != nil || next == "" {
			return errors.Join(errors.New("no link "+p.follow), err)
		}
		if err := chromedp.Do(ctx, chromedp.Navigate(next)); err != nil {
			return err
		}
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.fonts.ready.then(() => true)", chromedp.EvalAwaitPromise)); err != nil {
		return err
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return err
	}
	file := filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", p.name, p.width, p.theme))
	if len(png) > most {
		return fmt.Errorf("%s weighs %d kB, more than %d", file, len(png)>>10, most>>10)
	}
	fmt.Printf("%s  %d kB\n", file, len(png)>>10)
	return os.WriteFile(file, png, 0o644) //nolint:gosec // for everybody to see
}

func media(theme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	})
}

// entrance returns the address that signs a browser in as a part, on the host of that part.
func entrance(ctx context.Context, who, path string) (string, error) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	page, err := call(ctx, client, http.MethodGet, house+"/demo", nil)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(page.Body)
	if err := errors.Join(err, page.Body.Close()); err != nil {
		return "", err
	}
	_, part, _ := strings.Cut(string(body), `id="part-`+who+`"`)
	action := regexp.MustCompile(`/demo/jouer/[0-9a-z]+`).FindString(part)
	if action == "" {
		return "", errors.New("nobody of that name is to be played")
	}
	answer, err := call(ctx, client, http.MethodPost, house+action, url.Values{"suite": {path}})
	if err != nil {
		return "", err
	}
	return answer.Header.Get("Location"), answer.Body.Close()
}

func call(ctx context.Context, client *http.Client, method, address string, form url.Values) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return client.Do(r)
}
