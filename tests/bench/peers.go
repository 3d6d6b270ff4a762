// The peer: goroutines and channels. Reads "name count" lines, answers with nanoseconds per operation.
package main

import (
	"fmt"
	"os"
	"runtime"
	"time"
)

// One item goes to another goroutine and comes back.
func sending(count int) {
	there, back := make(chan int, 1), make(chan int, 1)
	go func() {
		for left := count; left > 0; left-- {
			back <- <-there
		}
	}()
	for left := count; left > 0; left-- {
		there <- left
		<-back
	}
}

func main() {
	runtime.GOMAXPROCS(1) // an event loop is one thread, too
	rounds := map[string]func(int){"queue_roundtrip": sending}
	for {
		var name string
		var count int
		if _, err := fmt.Scan(&name, &count); err != nil {
			return
		}
		round, known := rounds[name]
		if !known {
			os.Exit(2)
		}
		start := time.Now()
		round(count)
		fmt.Printf("%.3f\n", float64(time.Since(start).Nanoseconds())/float64(count))
	}
}
