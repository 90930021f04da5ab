package web

import (
	"context"
	"strconv"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
)

// Hours edits the hours of every week: a row for each window, then empty ones. Read it with ReadHours.
type Hours struct {
	Form *Form
	rows []hoursRow
}

// hoursRow is one row of the editor.
type hoursRow struct {
	Index    int
	Days     []Option
	Selected []string
	From, To string
}

// EditHours shows kept, or what was sent with f when sent is true.
func EditHours(p *i18n.Printer, f *Form, sent bool, kept []civil.Window) Hours {
	h := Hours{Form: f}
	if sent {
		for i := range hoursRows {
			row := "row" + strconv.Itoa(i)
			if days := f.Values(row + "_days"); len(days) > 0 {
				h.add(p, f.Value(row+"_from"), f.Value(row+"_to"), 0, days)
			}
		}
	} else {
		for _, w := range kept {
			h.add(p, civil.FormatHour(w.From), civil.FormatHour(w.To%(24*60)), w.Days, nil)
		}
	}
	for range 2 {
		h.add(p, "", "", 0, nil)
	}
	return h
}

// weekdays are the boxes of a row of hours.
var weekdays = []civil.Days{civil.Monday, civil.Tuesday, civil.Wednesday, civil.Thursday, civil.Friday, civil.Saturday, civil.Sunday}

func (h *Hours) add(p *i18n.Printer, from, to string, days civil.Days, selected []string) {
	r := hoursRow{Index: len(h.rows), From: from, To: to, Selected: selected}
	box := func(d civil.Days, label string) {
		r.Days = append(r.Days, Option{Value: strconv.Itoa(int(d)), Label: label})
		if days.Has(d) {
			r.Selected = append(r.Selected, strconv.Itoa(int(d)))
		}
	}
	for i, d := range weekdays {
		box(d, p.T("web.week."+strconv.Itoa(i)))
	}
	box(civil.Holidays, p.T("me.hours.holidays"))
	box(civil.NoHolidays, p.T("me.hours.no_holidays"))
	h.rows = append(h.rows, r)
}

// hoursRows bounds the rows of the editor of hours.
const hoursRows = 50

// ReadHours reads the rows of the editor; a row without day nor hour is not there.
func ReadHours(f *Form) []civil.Window {
	var list []civil.Window
	for i := range hoursRows {
		row := "row" + strconv.Itoa(i)
		var days civil.Days
		for _, d := range f.Values(row + "_days") {
			if bit, err := strconv.ParseUint(d, 10, 16); err == nil {
				days |= civil.Days(bit)
			}
		}
		if days == 0 {
			continue
		}
		from, fromSaid := f.Time(row + "_from")
		to, toSaid := f.Time(row + "_to")
		if !fromSaid || !toSaid {
			if f.Fault(context.Background(), row+"_from")+f.Fault(context.Background(), row+"_to") == "" {
				f.Refuse(fault.Invalid("me.hours.missing", "windows"))
			}
			continue
		}
		w := civil.Window{Days: days, From: int(from / time.Minute), To: int(to / time.Minute)}
		if w.To == 0 {
			w.To = 24 * 60
		}
		list = append(list, w)
	}
	return list
}
