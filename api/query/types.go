package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// IDs is a list of positive ids, comma-separated in a query. Decoded, it is
// ascending and each id stands once.
type IDs []int64

// Words is a list of texts, comma-separated in a query. Decoded, it is
// ascending and each text stands once; empty ones are left out.
type Words []string

// ParseIDs reads "2,5" and repeated parameters alike.
func ParseIDs(values []string) (IDs, error) {
	var ids IDs
	for _, word := range split(values) {
		id, err := strconv.ParseInt(word, 10, 64)
		if err != nil || id <= 0 {
			return nil, fmt.Errorf("%q is not an id", word)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// ParseWords reads "a,b" and repeated parameters alike.
func ParseWords(values []string) Words {
	words := Words(split(values))
	slices.Sort(words)
	return slices.Compact(words)
}

// refusal is a sentence for whoever made the request.
type refusal string

func (r refusal) Error() string { return string(r) }

// String is the form that a query carries.
func (ids IDs) String() string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(words, ",")
}

// String is the form that a query carries.
func (w Words) String() string { return strings.Join(w, ",") }

// Has reports whether the list holds an id.
func (ids IDs) Has(id int64) bool { return slices.Contains(ids, id) }

// Has reports whether the list holds a text.
func (w Words) Has(word string) bool { return slices.Contains(w, word) }

func split(values []string) []string {
	var words []string
	for _, value := range values {
		for word := range strings.SplitSeq(value, ",") {
			if word = strings.TrimSpace(word); word != "" {
				words = append(words, word)
			}
		}
	}
	return words
}

func tooMany(values []string) error {
	if len(split(values)) > MaxValues {
		return refusal(fmt.Sprintf("May hold at most %d values.", MaxValues))
	}
	return nil
}

func parseInt(text string, bits int) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, bits)
	if err != nil {
		return 0, refusal("Must be a whole number.")
	}
	return n, nil
}

func parseBool(text string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "1", "true":
		return true, nil
	case "0", "false":
		return false, nil
	default:
		return false, refusal("Must be 1 or 0.")
	}
}

// format is the text of a value that a field can have; "" for one that a query
// cannot carry.
func format(value any) string {
	switch v := value.(type) {
	case IDs:
		v = slices.Clone(v)
		slices.Sort(v)
		return slices.Compact(v).String()
	case Words:
		return ParseWords(v).String()
	case *bool:
		if v == nil {
			return ""
		}
		return format(*v)
	case bool:
		if v {
			return "1"
		}
		return "0"
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	default:
		return ""
	}
}
