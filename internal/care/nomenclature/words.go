package nomenclature

// Words are the label of a term in each language.
type Words struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// Label returns the words in lang, in French for a language that is not ours.
func (w Words) Label(lang string) string {
	if lang == "en" {
		return w.EN
	}
	return w.FR
}

// Term is an entry of a plain list.
type Term struct {
	Code string `json:"code"`
	Words
}
