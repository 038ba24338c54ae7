// Package query reads query strings into structs and writes structs as
// canonical query strings. It is the only user of go-playground/form, which it
// guards, and it must not know any parameter by name.
package query

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-playground/form/v4"
)

// ErrTooLong is returned for a query of more than MaxLength bytes.
var ErrTooLong = errors.New("the query is too long")

// ErrMalformed is wrapped by errors about a query that cannot be read at all:
// bad escapes, invalid UTF-8, a single-valued parameter given twice.
var ErrMalformed = errors.New("the query cannot be read")

// The bounds of a query.
const (
	MaxLength     = 8 << 10 // Bytes of a raw query; ErrTooLong.
	MaxParameters = 1000    // Known or not; ErrMalformed.
	MaxValues     = 50      // Of one list; FieldErrors.
)

// FieldErrors are sentences about parameters, by name.
type FieldErrors map[string]string

// Error is all sentences, ordered by name.
func (e FieldErrors) Error() string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(e)) {
		lines = append(lines, name+": "+e[name])
	}
	return strings.Join(lines, " ")
}

// Decode fills dst, a pointer to a struct with `form` tags, from a raw query.
// Parameters that dst does not have are ignored. Fields keep their value when
// their parameter is absent, or blank unless it is a list, or makes no sense.
// The error is FieldErrors when values make no sense; with ErrTooLong and
// ErrMalformed dst is as it was. Decode panics when a tagged field has a type
// other than string, int, int64, bool, *bool, IDs and Words.
func Decode(dst any, raw string) error {
	target := reflect.ValueOf(dst).Elem()
	fields := fieldsOf(target.Type())
	all, err := parse(raw)
	if err != nil {
		return err
	}
	values, err := keepKnown(fields, all)
	if err != nil {
		return err
	}
	filled := reflect.New(target.Type())
	refused, err := decode(filled.Interface(), values)
	if err != nil {
		return err
	}
	for _, field := range fields {
		if _, given := values[field.name]; given && refused[field.name] == "" {
			target.Field(field.index).Set(filled.Elem().Field(field.index))
		}
	}
	if len(refused) > 0 {
		return refused
	}
	return nil
}

// parse refuses what url.URL.Query would drop or pass on silently.
func parse(raw string) (url.Values, error) {
	if len(raw) > MaxLength {
		return nil, ErrTooLong
	}
	if strings.Count(raw, "&") >= MaxParameters {
		return nil, fmt.Errorf("%w: it has more than %d parameters", ErrMalformed, MaxParameters)
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if text, err := url.QueryUnescape(raw); err != nil || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, fmt.Errorf("%w: it is not text", ErrMalformed)
	}
	return values, nil
}

// keepKnown leaves only what the decoder may see: it panics on bracketed names
// whether a field has them or not, and reads the first of repeated values.
func keepKnown(fields []field, all url.Values) (url.Values, error) {
	known := url.Values{}
	for _, field := range fields {
		values := all[field.name]
		switch {
		case len(values) == 0:
		case field.isList:
			known[field.name] = values
		case len(values) > 1:
			return nil, fmt.Errorf("%w: %s is given %d times", ErrMalformed, field.name, len(values))
		case strings.TrimSpace(values[0]) != "": // A form without script submits what is not filled in, too.
			known[field.name] = values
		}
	}
	return known, nil
}

// decode is the last line against panics of the decoder.
func decode(dst any, values url.Values) (refused FieldErrors, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			refused, err = nil, fmt.Errorf("%w: %v", ErrMalformed, reason)
		}
	}()
	failures, ok := errors.AsType[form.DecodeErrors](decoder.Decode(dst, values))
	if !ok {
		return nil, nil
	}
	refused = FieldErrors{}
	for name, failure := range failures {
		refused[name] = failure.Error()
	}
	return refused, nil
}

// Encode writes the fields of src, a struct with `form` tags, in the order in
// which they are declared, leaving out those that are equal to those of base, a
// struct of the same type. Lists are ascending and comma-separated. "" when
// nothing differs. Decoding the result into base gives src again, except that
// an empty text or a nil *bool cannot displace another value of base.
func Encode(src, base any) string {
	from, to := reflect.Indirect(reflect.ValueOf(base)), reflect.Indirect(reflect.ValueOf(src))
	var pairs []string
	for _, field := range fieldsOf(to.Type()) {
		value, standard := to.Field(field.index), from.Field(field.index)
		if value.IsZero() && standard.IsZero() {
			continue // Most are, and a page holds very many addresses.
		}
		text := format(value.Interface())
		if text != format(standard.Interface()) {
			pairs = append(pairs, url.QueryEscape(field.name)+"="+readable.Replace(url.QueryEscape(text)))
		}
	}
	return strings.Join(pairs, "&")
}
