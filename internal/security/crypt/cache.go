package crypt

import (
	"container/list"
	"sync"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// cache keeps the data keys used last. It may be used concurrently.
type cache struct {
	mu    sync.Mutex
	size  int
	order *list.List // of *cached, the last used in front
	byID  map[string]*list.Element
}

type cached struct {
	owner string
	key   tink.AEAD
}

func newCache(size int) *cache {
	return &cache{size: size, order: list.New(), byID: map[string]*list.Element{}}
}

func (c *cache) get(owner string) (tink.AEAD, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byID[owner]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).key, true
}

// put keeps key and forgets the one used the longest ago when there are too many.
func (c *cache) put(owner string, key tink.AEAD) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byID[owner]; ok {
		e.Value.(*cached).key = key
		c.order.MoveToFront(e)
		return
	}
	c.byID[owner] = c.order.PushFront(&cached{owner, key})
	if c.order.Len() > c.size {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.byID, oldest.Value.(*cached).owner)
	}
}
