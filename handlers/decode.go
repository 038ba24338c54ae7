package handlers

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/runboard/runboard/api"
)

// readFilter reads the filter of a list, whose default is base, from a query.
// Values that make no sense, or that are beyond the backend, are left out of it;
// problems says which, and why.
func readFilter[T any, F interface {
	*T
	api.Filter
}](base T, rawQuery string, beyond func(filter F) error) (filter T, problems map[string][]string, err error) {
	problems = map[string][]string{}
	// What is left after the unreadable values may be beyond the backend, and
	// what is left after those is good.
	for range 3 {
		filter = base
		say := inWords
		err = api.DecodeFilter(F(&filter), without(rawQuery, problems))
		if err == nil {
			err = beyond(&filter)
			say = maps.Clone
		}
		if !api.IsKind(err, api.KindInvalid) {
			break
		}
		invalid, _ := errors.AsType[*api.Error](err)
		maps.Copy(problems, say(invalid.Fields))
	}
	return filter, problems, err
}

// without is a query without some of its parameters.
func without[V any](rawQuery string, names map[string]V) string {
	if len(names) == 0 {
		return rawQuery
	}
	// What cannot be read has been refused before.
	values, _ := url.ParseQuery(rawQuery)
	for name := range names {
		values.Del(name)
	}
	return values.Encode()
}

// admit is the status of a list whose canonical address is here; 0 when the
// reader has been sent there. A page shows what is wrong with its filter and the
// rows of the rest. A region is refused instead, so that the page keeps the rows
// that it shows.
func admit(w http.ResponseWriter, r *http.Request, here string, problems map[string][]string) (int, error) {
	switch {
	case len(problems) > 0 && isPartial(r):
		return 0, &api.Error{Kind: api.KindInvalid, Message: "The filter makes no sense. " + strings.Join(allWords(problems), " ")}
	case len(problems) > 0:
		return api.KindInvalid.HTTPStatus(), nil
	case settle(w, r, here):
		return 0, nil
	default:
		return http.StatusOK, nil
	}
}
