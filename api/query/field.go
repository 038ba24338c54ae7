package query

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/go-playground/form/v4"
)

// The decoder and the fields of each type are worked out once.
var (
	decoder    = newDecoder()
	knownTypes sync.Map // []field by reflect.Type.

	// readable brings back what a query may hold as it is, so that addresses stay short.
	readable = strings.NewReplacer("%2C", ",", "%3A", ":", "%2F", "/")
)

// field is one parameter and where its value goes.
type field struct {
	name   string
	index  int
	isList bool
}

// fieldsOf lists the tagged fields of a struct, not of those it embeds, in the
// order in which they are declared.
func fieldsOf(t reflect.Type) []field {
	if fields, ok := knownTypes.Load(t); ok {
		return fields.([]field)
	}
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("form")
		if name == "" || name == "-" {
			continue
		}
		isList := false
		switch reflect.Zero(f.Type).Interface().(type) {
		case IDs, Words:
			isList = true
		case string, int, int64, bool, *bool:
		default:
			panic(fmt.Sprintf("query: the field %s of %s is a %s", f.Name, t, f.Type))
		}
		fields = append(fields, field{name: name, index: i, isList: isList})
	}
	knownTypes.Store(t, fields)
	return fields
}

func newDecoder() *form.Decoder {
	d := form.NewDecoder()
	d.SetMode(form.ModeExplicit)
	d.SetMaxArraySize(MaxValues)
	register(d, func(values []string) (IDs, error) {
		ids, err := ParseIDs(values)
		if err != nil {
			return nil, refusal("Must be ids, separated by commas.")
		}
		return ids, tooMany(values)
	})
	register(d, func(values []string) (Words, error) { return ParseWords(values), tooMany(values) })
	register(d, func(values []string) (int64, error) { return parseInt(values[0], 64) })
	register(d, func(values []string) (int, error) {
		n, err := parseInt(values[0], strconv.IntSize)
		return int(n), err
	})
	register(d, func(values []string) (bool, error) { return parseBool(values[0]) })
	register(d, func(values []string) (*bool, error) {
		is, err := parseBool(values[0])
		return &is, err
	})
	return d
}

// register tells the decoder how to read a type. The texts of errors are shown
// to whoever made the request.
func register[T any](d *form.Decoder, parse func([]string) (T, error)) {
	var zero T
	d.RegisterCustomTypeFunc(func(values []string) (any, error) { return parse(values) }, zero)
}
