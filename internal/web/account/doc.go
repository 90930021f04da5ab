// Package account lets people in and out: signing in, signing out, and the texts one
// may read before having an account.
package account
