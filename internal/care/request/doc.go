// Package request is one care request, from asking to report.
//
// A request asks one profession for one patient. A round (dispatch) is one search
// with one possible winner; an offer is one recipient asked in a round. Everything
// done is one row of request_act, which is at once the timeline, the source of the
// audit, of statistics and of FHIR history.
//
// Who may do what, from which state, and where it leads is one table: Moves in
// state.go. This drawing is made from it (go test -update rewrites it).
//
//	(new) ─ save → draft   requester, operator
//	draft ─ save → draft   requester, operator
//	draft ─ trigger → searching   requester, operator
//	draft ─ cancel → cancelled   requester, supervisor
//	draft ─ mark_as_error → entered_in_error   requester, supervisor
//	searching ─ widen → searching   system, supervisor
//	searching ─ exhaust → unfilled   system
//	searching ─ time_out → unfilled   system
//	searching ─ accept → accepted   recipient
//	searching ─ decline → searching   recipient
//	searching ─ propose → searching   recipient
//	searching ─ retract → searching   recipient
//	searching ─ take_proposal → accepted   requester
//	searching ─ place → accepted   supervisor, operator
//	searching ─ amend → searching   requester
//	searching ─ suspend → suspended   provider, requester
//	searching ─ cancel → cancelled   requester, supervisor
//	searching ─ mark_as_error → entered_in_error   requester, supervisor
//	accepted ─ undo → searching   provider
//	accepted ─ release → searching   provider, supervisor
//	accepted ─ hand_back → unfilled   provider
//	accepted ─ offer_hand_over → accepted   provider
//	accepted ─ agree_hand_over → accepted   colleague
//	accepted ─ refuse_hand_over → accepted   colleague
//	accepted ─ withdraw_hand_over → accepted   provider
//	accepted ─ amend → accepted   requester
//	accepted ─ reconfirm → accepted   provider
//	accepted ─ refuse_change → searching   provider
//	accepted ─ name_coming → accepted   provider
//	accepted ─ contact → accepted   provider
//	accepted ─ start → started   provider
//	accepted ─ report → accepted   provider
//	accepted ─ suspend → suspended   provider, requester
//	accepted ─ complete → completed   provider
//	accepted ─ cancel → cancelled   requester, supervisor
//	accepted ─ mark_as_error → entered_in_error   requester, supervisor
//	started ─ release → searching   provider, supervisor
//	started ─ offer_hand_over → started   provider
//	started ─ agree_hand_over → started   colleague
//	started ─ refuse_hand_over → started   colleague
//	started ─ withdraw_hand_over → started   provider
//	started ─ amend → started   requester
//	started ─ reconfirm → started   provider
//	started ─ refuse_change → searching   provider
//	started ─ name_coming → started   provider
//	started ─ visit → started   provider
//	started ─ report → started   provider
//	started ─ suspend → suspended   provider, requester
//	started ─ complete → completed   provider
//	started ─ cancel → cancelled   requester, supervisor
//	started ─ mark_as_error → entered_in_error   requester, supervisor
//	suspended ─ release → searching   provider, supervisor
//	suspended ─ offer_hand_over → suspended   provider
//	suspended ─ agree_hand_over → suspended   colleague
//	suspended ─ refuse_hand_over → suspended   colleague
//	suspended ─ withdraw_hand_over → suspended   provider
//	suspended ─ amend → suspended   requester
//	suspended ─ reconfirm → suspended   provider
//	suspended ─ refuse_change → searching   provider
//	suspended ─ name_coming → suspended   provider
//	suspended ─ report → suspended   provider
//	suspended ─ resume → where it came from   provider, requester
//	suspended ─ complete → completed   provider
//	suspended ─ cancel → cancelled   requester, supervisor
//	suspended ─ mark_as_error → entered_in_error   requester, supervisor
//	unfilled ─ place → accepted   supervisor, operator
//	unfilled ─ cancel → cancelled   requester, supervisor
//	unfilled ─ retry → searching   requester, supervisor
//	unfilled ─ waitlist → waitlisted   requester, supervisor
//	unfilled ─ mark_as_error → entered_in_error   requester, supervisor
//	waitlisted ─ place → accepted   supervisor, operator
//	waitlisted ─ cancel → cancelled   requester, supervisor
//	waitlisted ─ retry → searching   requester, supervisor
//	waitlisted ─ mark_as_error → entered_in_error   requester, supervisor
//	completed ─ report → completed   provider
//	completed ─ mark_as_error → entered_in_error   requester, supervisor
//	cancelled ─ mark_as_error → entered_in_error   requester, supervisor
//
// The drawing ends here.
package request
