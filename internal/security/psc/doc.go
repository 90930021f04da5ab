// Package psc asks Pro Santé Connect, the sign-in of French health professionals, who somebody
// is: OpenID Connect with a code, PKCE, a state and a nonce, at the level eidas1.
//
// It speaks to the provider from the server only: the browser sees two redirections, and no secret. What
// it returns is an identity; whose account that is, package auth says.
//
// Source: Pro Santé Connect, industriels.esante.gouv.fr; claims as its connectors read them.
package psc
