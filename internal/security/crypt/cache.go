package crypt

import (
	"container/list"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// KeyLife is how long a data key stays in memory before the database is asked again whether it still
// exists: the longest that another node opens what was sealed by a key just destroyed.
const KeyLife = time.Minute

// cache keeps the data keys used last, each for KeyLife. It may be used concurrently.
type cache struct {
	mu    sync.Mutex
	size  int
	order *list.List // of *cached, the last used in front
	byID  map[string]*list.Element
}

type cached struct {
	owner string
	key   tink.AEAD
	until time.Time
}

func newCache(size int) *cache {
	return &cache{size: size, order: list.New(), byID: map[string]*list.Element{}}
}

func (c *cache) get(owner string, now time.Time) (tink.AEAD, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byID[owner]
	if !ok || !now.Before(e.Value.(*cached).until) {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).key, true
}

// put keeps key, as it was read at now, and forgets the one used the longest ago when there are too many.
func (c *cache) put(owner string, key tink.AEAD, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byID[owner]; ok {
		*e.Value.(*cached) = cached{owner, key, now.Add(KeyLife)}
		c.order.MoveToFront(e)
		return
	}
	c.byID[owner] = c.order.PushFront(&cached{owner, key, now.Add(KeyLife)})
	if c.order.Len() > c.size {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.byID, oldest.Value.(*cached).owner)
	}
}

// forget forgets the key of owner.
func (c *cache) forget(owner string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byID[owner]; ok {
		c.order.Remove(e)
		delete(c.byID, owner)
	}
}
