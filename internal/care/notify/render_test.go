package notify

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"entractes/internal/base/i18n"
)

func TestEveryTopicHasItsSentences(t *testing.T) {
	for _, lang := range i18n.Langs {
		p := i18n.For(lang)
		for _, topic := range append(Topics(), "other") {
			for _, part := range []string{"title", "outside", "inbox"} {
				if key := "notify." + string(topic) + "." + part; !p.Has(key) {
					t.Errorf("%s: %s is missing", lang, key)
				}
			}
		}
	}
}

func TestWordsOfEachChannel(t *testing.T) {
	p := i18n.For("fr")
	params := map[string]string{
		ParamProfession: "infirmier", ParamCommune: "Corbeil-Essonnes", ParamUrgency: "<\u00a04\u00a0h", ParamService: "Maternité A", ParamTime: "10\u00a0h\u00a020",
		"patient": "Jeanne Moreau", "motive": "pansement",
	}
	const base = "https://entractes.example.org"
	sms := words(p, SMSChannel, OfferNew, params, base, "r1")
	if want := "Coordination : une demande (infirmier, Corbeil-Essonnes, < 4 h) vous attend. Ouvrez l'application. " + base + "/demandes/r1"; sms.Text != want {
		t.Errorf("SMS %q", sms.Text)
	}
	if Segments(words(p, SMSChannel, OfferNew, params, "", "r1").Text) != 1 {
		t.Error("without a link it costs one segment")
	}
	push := words(p, PushChannel, OfferNew, params, base, "r1")
	if want := "Coordination\u00a0: une demande (infirmier, Corbeil-Essonnes, <\u00a04\u00a0h, 10\u00a0h\u00a020, Maternité A) vous attend. Ouvrez l’application."; push.Text != want {
		t.Errorf("push %q", push.Text)
	}
	mail := words(p, MailChannel, RequestReport, nil, base, "r1")
	if !strings.Contains(mail.Text, "\n\n"+base+"/demandes/r1\n\n") || mail.Title != "Coordination\u00a0: Nouveau compte rendu" {
		t.Errorf("mail %q %q", mail.Title, mail.Text)
	}
	if bare := words(p, MailChannel, RequestReport, nil, "", "r1"); strings.Contains(bare.Text, "\n\n\n") {
		t.Errorf("mail without a link %q", bare.Text)
	}
}

// allowedWords are the words that may stand in what leaves the house, once the labels
// given in the allowed parameters are taken out.
func allowedWords(lang string) map[string]bool {
	p := i18n.For(lang)
	allowed := map[string]bool{}
	texts := []string{p.T("notify.outside"), p.T("notify.mail.body"), p.T("notify.mail.subject")}
	for _, topic := range append(Topics(), "other") {
		texts = append(texts, p.T("notify."+string(topic)+".title"), p.T("notify."+string(topic)+".outside"))
	}
	for _, text := range texts {
		for _, form := range []string{text, GSM(text)} {
			for _, w := range wordsOf(form) {
				allowed[w] = true
			}
		}
	}
	return allowed
}

func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r > 0x7f && r != '’' && r != '\u00a0' && r != '…' && r != '\u202f' && r != '«' && r != '»')
	})
}

// TestNothingButTheAllowedParametersLeavesTheHouse writes random notices. Labels of
// allowed parameters are made of x, all the others of z: a word that is neither of the
// catalogue nor of x comes from elsewhere.
func TestNothingButTheAllowedParametersLeavesTheHouse(t *testing.T) {
	known := map[string]map[string]bool{}
	for _, lang := range i18n.Langs {
		known[lang] = allowedWords(lang)
	}
	names := append(slices.Clone(everywhere), "patient", "motive", "details", "what", "text", "link", "name", "phone")
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom(i18n.Langs).Draw(t, "lang")
		topic := rapid.SampledFrom(append(Topics(), "other", "request.nonsense", "../z")).Draw(t, "topic")
		channel := rapid.SampledFrom(outside).Draw(t, "channel")
		params := map[string]string{}
		for range rapid.IntRange(0, 8).Draw(t, "count") {
			name := rapid.SampledFrom(names).Draw(t, "name")
			label := rapid.StringMatching(`x[ x{}\n\x00"'<>&.%\\«»]{0,60}`).Draw(t, "label")
			if !slices.Contains(everywhere, name) {
				label = strings.ReplaceAll(label, "x", "z")
			}
			params[name] = label
		}
		stored, err := encodeParams(params)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := decodeParams(stored)
		if err != nil || strings.Contains(stored, "z") {
			t.Fatalf("%q is stored: %v", stored, err)
		}
		for _, given := range []map[string]string{params, kept} {
			w := words(i18n.For(lang), channel, topic, given, "", "r1")
			for _, word := range wordsOf(w.Title + " " + w.Text) {
				if !known[lang][word] && strings.Trim(word, "x") != "" {
					t.Fatalf("%q leaves the house in %q", word, w.Text)
				}
			}
			if strings.ContainsAny(w.Text, "{}") || len([]rune(w.Text)) > 350+len(everywhere)*(clip+2) {
				t.Fatalf("%q", w.Text)
			}
		}
	})
}

func TestGSM(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "",
		"é è à ù Ç ñ €":             "é è à ù Ç ñ €",
		"ê ë â î ï ô û ç œ Œ Ê À ÿ": "e e a i i o u c oe OE E A y",
		"«\u00a0oui\u00a0»\u202f: l’été…": `"oui" : l'été...`,
		"漢字 🙂":               "?? ?",
		"≤ 4\u00a0h – 10 °C": "<= 4 h - 10 oC",
		"e\u0301":            "é",
		"\xff":               "?",
	} {
		if got := GSM(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestGSMIsStableAndAlwaysInItsAlphabet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := GSM(rapid.String().Draw(t, "text"))
		if again := GSM(text); again != text {
			t.Fatalf("%q becomes %q", text, again)
		}
		for _, r := range text {
			if !strings.ContainsRune(gsmBasic+gsmTwice, r) {
				t.Fatalf("%q holds %q", text, r)
			}
		}
		if n := Segments(text); (n == 0) != (text == "") || n > utf8.RuneCountInString(text)/76+1 {
			t.Fatalf("%d segments for %d characters", n, utf8.RuneCountInString(text))
		}
	})
}

func TestSegments(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "a": 1, strings.Repeat("a", 160): 1, strings.Repeat("a", 161): 2, strings.Repeat("a", 306): 2, strings.Repeat("a", 307): 3,
		strings.Repeat("€", 80): 1, strings.Repeat("€", 81): 2, strings.Repeat("€", 152): 2, strings.Repeat("€", 153): 3,
	} {
		if got := Segments(text); got != want {
			t.Errorf("%d for %d characters, want %d", got, utf8.RuneCountInString(text), want)
		}
	}
}
