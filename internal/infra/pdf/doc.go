// Package pdf makes pages to print: headings, paragraphs, facts and tables on A4, with a
// header and « page n sur m » on each page.
//
// The font is embedded and has the letters of French and of the other languages written
// in Latin letters; what it does not have is written with its nearest neighbour. The same
// document gives the same bytes. A document has a title and a language, no script, no
// form, no link and no file inside; it is not tagged, so a page that gives one is also readable as
// it is.
package pdf
