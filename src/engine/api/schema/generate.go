// Makes schema-text.ts: `go run . | sed 's/TypeMeta>//g'` in a module that requires k8s.io/api v0.36.3, put between the back quotes.
package main

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	apps "k8s.io/api/apps/v1"
	as1 "k8s.io/api/autoscaling/v1"
	as2 "k8s.io/api/autoscaling/v2"
	batch "k8s.io/api/batch/v1"
	coord "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	disc "k8s.io/api/discovery/v1"
	netw "k8s.io/api/networking/v1"
	pol "k8s.io/api/policy/v1"
	rbac "k8s.io/api/rbac/v1"
	sched "k8s.io/api/scheduling/v1"
	stor "k8s.io/api/storage/v1"
)

var alias = map[string]string{"k8s.io/api/core/v1": "core", "k8s.io/api/apps/v1": "apps", "k8s.io/api/batch/v1": "batch", "k8s.io/api/discovery/v1": "discovery", "k8s.io/api/networking/v1": "networking",
	"k8s.io/api/policy/v1": "policy", "k8s.io/api/autoscaling/v1": "autoscaling1", "k8s.io/api/autoscaling/v2": "autoscaling2", "k8s.io/api/rbac/v1": "rbac", "k8s.io/api/storage/v1": "storage", "k8s.io/api/scheduling/v1": "scheduling",
	"k8s.io/api/coordination/v1": "coordination", "k8s.io/apimachinery/pkg/apis/meta/v1": "meta", "k8s.io/apimachinery/pkg/util/intstr": "intstr", "k8s.io/apimachinery/pkg/api/resource": "resource", "k8s.io/apimachinery/pkg/runtime": "runtime", "k8s.io/apimachinery/pkg/types": "types"}

var lines = map[string]string{}
var special = map[string]bool{"meta.Time": true, "meta.MicroTime": true, "meta.Duration": true, "intstr.IntOrString": true, "resource.Quantity": true, "runtime.RawExtension": true, "meta.FieldsV1": true}

func expr(t reflect.Type) string {
	if t.Name() != "" && t.PkgPath() != "" {
		a, ok := alias[t.PkgPath()]
		if !ok {
			panic(t.PkgPath())
		}
		n := a + "." + t.Name()
		if special[n] {
			return n
		}
		if _, ok := lines[n]; !ok {
			lines[n] = ""
			if t.Kind() == reflect.Struct {
				var fs []string
				fields(t, &fs)
				lines[n] = strings.Join(fs, " ")
			} else {
				lines[n] = "=" + under(t)
			}
		}
		return n
	}
	return under(t)
}
func under(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Ptr:
		return "*" + expr(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "[]uint8"
		}
		return "[]" + expr(t.Elem())
	case reflect.Map:
		return "map[" + expr(t.Key()) + "]" + expr(t.Elem())
	}
	return t.Kind().String()
}
func fields(t reflect.Type, out *[]string) {
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		parts := strings.Split(tag, ",")
		if tag == "-" {
			continue
		}
		if parts[0] == "" && (f.Anonymous || strings.Contains(tag, "inline")) {
			// an error says the name of the embedded struct too
			var inner []string
			fields(f.Type, &inner)
			for _, field := range inner {
				*out = append(*out, f.Name+">"+field)
			}
			continue
		}
		s := parts[0]
		if strings.Contains(tag, "omitzero") {
			s += "!"
		} else if strings.Contains(tag, "omitempty") {
			s += "?"
		}
		if ps := f.Tag.Get("patchStrategy"); ps != "" {
			if strings.Contains(ps, "retainKeys") {
				s += "~"
			}
			if strings.Contains(ps, "merge") {
				s += "@" + f.Tag.Get("patchMergeKey")
			} else if ps == "replace" {
				s += "^"
			}
		}
		*out = append(*out, s+"="+expr(f.Type))
	}
}
func main() {
	for _, o := range []any{core.Namespace{}, core.Node{}, core.Pod{}, core.Service{}, core.Endpoints{}, disc.EndpointSlice{}, apps.Deployment{}, apps.ReplicaSet{}, core.ReplicationController{}, apps.StatefulSet{}, apps.DaemonSet{}, apps.ControllerRevision{},
		batch.Job{}, batch.CronJob{}, core.ConfigMap{}, core.Secret{}, core.Event{}, core.ServiceAccount{}, core.PersistentVolumeClaim{}, core.PersistentVolume{}, core.LimitRange{}, core.ResourceQuota{}, core.PodTemplate{}, netw.Ingress{}, netw.IngressClass{}, netw.NetworkPolicy{},
		pol.PodDisruptionBudget{}, as2.HorizontalPodAutoscaler{}, as1.HorizontalPodAutoscaler{}, rbac.Role{}, rbac.RoleBinding{}, rbac.ClusterRole{}, rbac.ClusterRoleBinding{}, stor.StorageClass{}, sched.PriorityClass{}, coord.Lease{}} {
		expr(reflect.TypeOf(o))
	}
	var keys []string
	for k := range lines {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Println(strings.TrimSpace(k + " " + lines[k]))
	}
}
