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

// ErrTooMany is returned for a query of more than MaxParameters.
var ErrTooMany = errors.New("the query has too many parameters")

// ErrMalformed is wrapped by errors about a query that cannot be read at all:
// bad escapes, a single-valued parameter given twice.
var ErrMalformed = errors.New("the query cannot be read")

// The bounds of a query.
const (
	MaxLength     = 8 << 10 // Bytes of a raw query; ErrTooLong.
	MaxParameters = 1000    // Known or not; ErrTooMany, whatever their length.
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
// The error is FieldErrors when values make no sense; with ErrTooLong, ErrTooMany
// and ErrMalformed dst is as it was. Decode panics when a tagged field has a type
// other than string, int, int64, bool, *bool, IDs and Words.
func Decode(dst any, raw string) error {
	target := reflect.ValueOf(dst).Elem()
	fields := fieldsOf(target.Type())
	all, err := parse(raw)
	if err != nil {
		return err
	}
	values, garbled, err := keepKnown(fields, all)
	if err != nil {
		return err
	}
	filled := reflect.New(target.Type())
	refused, err := decode(filled.Interface(), values)
	if err != nil {
		return err
	}
	maps.Copy(refused, garbled)
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

// CheckSize refuses a query that is not worth decoding: ErrTooLong or ErrTooMany.
func CheckSize(raw string) error {
	switch {
	case strings.Count(raw, "&") >= MaxParameters:
		return ErrTooMany
	case len(raw) > MaxLength:
		return ErrTooLong
	default:
		return nil
	}
}

// parse refuses what url.URL.Query would drop silently.
func parse(raw string) (url.Values, error) {
	if err := CheckSize(raw); err != nil {
		return nil, err
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return values, nil
}

// keepKnown leaves only what the decoder may see: it panics on bracketed names
// whether a field has them or not, and reads the first of repeated values.
// What is no text is garbled.
func keepKnown(fields []field, all url.Values) (known url.Values, garbled FieldErrors, err error) {
	known, garbled = url.Values{}, FieldErrors{}
	for _, field := range fields {
		values := all[field.name]
		switch {
		case len(values) == 0:
		case len(values) > 1 && !field.isList:
			return nil, nil, fmt.Errorf("%w: %s is given %d times", ErrMalformed, field.name, len(values))
		case slices.ContainsFunc(values, isGarbled):
			garbled[field.name] = "Must be valid UTF-8 without the character NUL."
		case field.isList:
			known[field.name] = values
		case strings.TrimSpace(values[0]) != "": // A form without script submits what is not filled in, too.
			known[field.name] = values
		}
	}
	return known, garbled, nil
}

func isGarbled(value string) bool { return !utf8.ValidString(value) || strings.ContainsRune(value, 0) }

// decode is the last line against panics of the decoder.
func decode(dst any, values url.Values) (refused FieldErrors, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			refused, err = nil, fmt.Errorf("%w: %v", ErrMalformed, reason)
		}
	}()
	refused = FieldErrors{}
	failures, _ := errors.AsType[form.DecodeErrors](decoder.Decode(dst, values))
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
