// Package web is the house of what people see: layout, components, forms, sessions,
// live parts, and errors as pages. The audiences (web/pro, web/desk …) stand on it;
// it knows none of them and no feature.
//
// A component is a value: its fields are what it shows, its zero fields are left out,
// and it renders itself.
//
//	@web.Button{Label: p.T("pro.accept"), Look: web.Go}
//	@(web.Card{Title: p.T("pro.today")}) {
//		…
//	}
//
// A page is a Handler that reads, calls one use case and ends with Render; whatever
// error it returns becomes a page in Handle, and nowhere else. Everything works
// without script; live.js then keeps regions fresh when a hint says that their topic
// changed. No style or script is ever written inline: the content policy forbids it.
package web
