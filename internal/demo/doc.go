// Package demo is a living territory to try the product on: about nine hundred
// fictional professionals over the real communes of Essonne and Seine-et-Marne,
// hospitals, companies and services, patients, two weeks of history, and people who
// go on asking and answering while somebody plays some of the parts.
//
// Everything goes through the use cases that people use, in the name of an account:
//
//   - Furnish draws the territories and enrols everybody;
//   - Live moves a clock by hand over the past, and lets people act at their times, so
//     that deliveries, timelines, audit and deadlines are real;
//   - Simulator goes on beside the house on the real clock, and never acts for an
//     account that somebody plays.
//
// Nobody in it exists: numbers are those kept for fiction, mailboxes are at
// example.org, and every patient is marked fictitious.
package demo
