package api

import (
	"bytes"
	"encoding/json"
	"math"
)

// Meta are names and values of a field: contract 2.9. Without any it is nil
// here, and an empty object on the wire.
type Meta map[string]string

// MarshalJSON writes an object, always.
func (m Meta) MarshalJSON() ([]byte, error) {
	if m == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]string(m))
}

// UnmarshalJSON takes an empty array for none, too, which is how PHP writes it.
func (m *Meta) UnmarshalJSON(data []byte) error {
	var given map[string]string
	if !bytes.Equal(data, []byte("[]")) {
		if err := json.Unmarshal(data, &given); err != nil {
			return err
		}
	}
	*m = nil
	if len(given) > 0 {
		*m = given
	}
	return nil
}

// UnmarshalJSON takes averages with fractions, too, and rounds them.
func (s *Source) UnmarshalJSON(data []byte) error {
	type plain Source
	given := struct {
		*plain
		TestCountAverage float64 `json:"test_count_average"`
		ElapsedAverage   float64 `json:"elapsed_average"`
	}{plain: (*plain)(s)}
	if err := json.Unmarshal(data, &given); err != nil {
		return err
	}
	s.TestCountAverage = int(math.Round(given.TestCountAverage))
	s.ElapsedAverage = int64(math.Round(given.ElapsedAverage))
	return nil
}
