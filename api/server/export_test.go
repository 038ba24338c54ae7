package server

import "github.com/runboard/runboard/api"

// DecodeThread reads what is appended to a thread.
func DecodeThread(body []byte) (api.ThreadUpdate, error) {
	return decode(body, threadFields, api.ScopeSubmit)
}
