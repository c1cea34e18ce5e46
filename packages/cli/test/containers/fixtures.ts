/** Fixtures for each runtime: the cgroup of a process, the files that the runtime writes, and what `list` must find. */
import { type Fixture, id, json, none, other, passwd, v1, v2 } from "./fixture.js"
import { dockers } from "./fixturesOfDocker.js"
import { systems } from "./fixturesOfSystems.js"

const uid = "11111111-2222-3333-4444-555555555555"
const uid_ = uid.replaceAll("-", "_")

const task = (namespace: string, state = "/run/containerd") =>
  `${state}/io.containerd.runtime.v2.task/${namespace}/${id}`
const cri = (name: string): string =>
  json({
    root: { path: "rootfs" },
    annotations: {
      "io.kubernetes.cri.container-name": name,
      "io.kubernetes.cri.sandbox-name": "web-0",
      "io.kubernetes.cri.sandbox-namespace": "shop"
    }
  })

/** A container of Kubernetes that containerd has recorded in its state directory. */
const containerd = (what: string, cgroup: string, state = "/run/containerd"): Fixture => ({
  what,
  cgroup,
  files: { [`${task("k8s.io", state)}/config.json`]: cri("app"), [`${task("k8s.io", state)}/init.pid`]: "7" },
  found: {
    runtime: "containerd",
    id,
    podUid: uid,
    name: "app",
    pod: "web-0",
    namespace: "shop",
    imageRoot: `${task("k8s.io", state)}/rootfs`
  }
})

const pod = v2(`/kubepods/burstable/pod${uid}/${id}`)

const storage = "/var/lib/containers/storage/overlay-containers"

export const fixtures: ReadonlyArray<Fixture> = [
  ...systems,
  ...dockers,
  containerd("containerd of k3s and RKE2", pod, "/run/k3s/containerd"),
  containerd("containerd of k0s", pod, "/run/k0s/containerd"),
  containerd("containerd of MicroK8s", pod, "/var/snap/microk8s/common/run/containerd"),
  containerd(
    "containerd with systemd",
    v2(`/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid_}.slice/cri-containerd-${id}.scope`)
  ),
  {
    ...containerd("containerd in a cgroup that the namespace names", v2(`/k8s.io/${id}`)),
    found: {
      runtime: "containerd",
      id,
      name: "app",
      pod: "web-0",
      namespace: "shop",
      imageRoot: `${task("k8s.io")}/rootfs`
    }
  },
  {
    what: "containerd with cgroupfs and a name from the kubelet's logs",
    cgroup: v1("/", `/kubepods/besteffort/pod${uid}/${id}`),
    files: { [`/var/log/containers/web-0_shop_app-${id}.log`]: { link: "/var/log/pods/x" } },
    found: { runtime: "containerd", id, podUid: uid, name: "app", pod: "web-0", namespace: "shop" }
  },
  {
    what: "containerd below kind's renamed slices",
    cgroup: v2(
      `/docker/${other}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${uid_}.slice/cri-containerd-${id}.scope`
    ),
    found: { runtime: "containerd", id, podUid: uid }
  },
  {
    what: "containerd with another cgroup driver than the kubelet",
    cgroup: v1(`/system.slice/containerd.service/kubepods-pod${uid_}.slice:cri-containerd:${id}`),
    found: { runtime: "containerd", id, podUid: uid }
  },
  {
    what: "containerd with the id of another container, according to its record",
    cgroup: v2(`/kubepods/pod${uid}/${id}`),
    files: { [`${task("k8s.io")}/config.json`]: cri("app"), [`${task("k8s.io")}/init.pid`]: "1" },
    found: none
  },
  {
    what: "containerd with escape sequences in its annotations",
    cgroup: v2(`/kubepods/pod${uid}/${id}`),
    files: { [`${task("k8s.io")}/config.json`]: cri("app\n\u202edaolnwod") },
    found: {
      runtime: "containerd",
      id,
      podUid: uid,
      pod: "web-0",
      namespace: "shop",
      imageRoot: `${task("k8s.io")}/rootfs`
    }
  },
  {
    what: "containerd with log files whose names are not valid",
    cgroup: v2(`/kubepods/pod${uid}/${id}`),
    files: { [`/var/log/containers/web_\u001b[2J_app-${id}.log`]: "", [`/var/log/containers/-${id}.log`]: "" },
    found: { runtime: "containerd", id, podUid: uid, name: "app", pod: "web" }
  },
  {
    what: "nerdctl with systemd",
    cgroup: v2(`/system.slice/nerdctl-${id}.scope`),
    files: { "/var/lib/nerdctl/1935db59/names/default/web": id },
    found: { runtime: "nerdctl", id, name: "web" }
  },
  {
    what: "nerdctl with cgroupfs",
    cgroup: v2(`/default/${id}`),
    files: {
      "/var/lib/nerdctl/1935db59/names/default/web": `${id}\n`,
      [`${task("default")}/config.json`]: "{}",
      [`${task("default")}/init.pid`]: ""
    },
    found: { runtime: "nerdctl", id, name: "web" }
  },
  {
    what: "ctr with an id that is in no records",
    cgroup: v2(`/default/${id}`),
    found: { runtime: "nerdctl", id }
  },
  {
    what: "nerdctl with invalid names and ids",
    cgroup: v2(`/system.slice/nerdctl-${id}.scope`),
    files: {
      "/var/lib/nerdctl/1935db59/names/default/\u001b[31mweb": id,
      "/var/lib/nerdctl/1935db59/names/default/web": id.slice(1)
    },
    found: { runtime: "nerdctl", id }
  },
  {
    what: "cri-o with systemd",
    cgroup: v2(`/kubepods.slice/kubepods-pod${uid_}.slice/crio-${id}.scope/container`),
    files: {
      [`${storage}/${id}/userdata/config.json`]: json({
        root: { path: "/var/lib/containers/storage/overlay/x/merged" },
        annotations: {
          "io.kubernetes.container.name": "app",
          "io.kubernetes.pod.name": "web-0",
          "io.kubernetes.pod.namespace": "shop"
        }
      }),
      [`${storage}/containers.json`]: json([{ id, names: ["k8s_app_web-0_shop_x_0"] }])
    },
    found: {
      runtime: "cri-o",
      id,
      podUid: uid,
      name: "app",
      pod: "web-0",
      namespace: "shop",
      imageRoot: "/var/lib/containers/storage/overlay/x/merged"
    }
  },
  {
    what: "cri-o with cgroupfs",
    cgroup: v2(`/kubepods/burstable/pod${uid}/crio-${id}`),
    found: { runtime: "cri-o", id, podUid: uid }
  },
  {
    what: "cri-o's monitor",
    cgroup: v2(`/kubepods.slice/kubepods-pod${uid_}.slice/crio-conmon-${id}.scope`),
    found: none
  },
  {
    what: "cri-o with the id of another container, according to the state of runc",
    cgroup: v2(`/kubepods/burstable/pod${uid}/crio-${id}`),
    files: { [`/run/runc/${id}/state.json`]: json({ init_process_pid: 1, init_process_start: 100, config: {} }) },
    found: none
  },
  {
    what: "cri-o whose annotations are not an object",
    cgroup: v2(`/system.slice/crio-${id}.scope`),
    files: { [`${storage}/${id}/userdata/config.json`]: json({ annotations: "io.kubernetes.pod.name", root: [] }) },
    found: { runtime: "cri-o", id }
  },
  {
    what: "podman with systemd and several containers in its list",
    cgroup: v2(`/machine.slice/libpod-${id}.scope/container`),
    files: { [`${storage}/containers.json`]: json([{ id: other, names: ["x"] }, { id, names: ["web", "y"] }]) },
    found: { runtime: "podman", id, name: "web" }
  },
  {
    what: "podman with cgroupfs",
    cgroup: v1(`/libpod_parent/libpod-${id}`, "/libpod_parent"),
    files: { [`/run/containers/storage/overlay-containers/volatile-containers.json`]: json([{ id, names: ["web"] }]) },
    found: { runtime: "podman", id, name: "web" }
  },
  {
    what: "podman with cgroupfs, in a pod, with a runtime whose state is elsewhere",
    cgroup: v1(`/libpod_parent/${other}/libpod-${id}`, "/"),
    files: { [`${storage}/containers.json`]: json([{ id, names: ["shop-web"] }]) },
    found: { runtime: "podman", id, name: "shop-web" }
  },
  {
    what: "a monitor of podman with cgroupfs, in a pod",
    cgroup: v1(`/libpod_parent/${other}/conmon`, "/"),
    found: none
  },
  {
    what: "rootless podman with crun, in a unit with other processes",
    cgroup: v2(`/user.slice/user-1000.slice/user@1000.service/app.slice/web.service/libpod-payload-${id}`),
    files: {
      "/etc/passwd": passwd,
      "/home/ann/.local/share/containers/storage/vfs-containers/containers.json": json([{ id, names: ["mine"] }]),
      [`/run/user/1000/crun/${id}/status`]: json({ pid: 7, "process-start-time": 700, rootfs: "/home/ann/root" })
    },
    found: { runtime: "podman", id, name: "mine", imageRoot: "/home/ann/root" }
  },
  {
    what: "rootless podman, which mounts the root in a mount namespace of its own",
    cgroup: v2(`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope/container`),
    files: {
      "/etc/passwd": passwd,
      "/home/ann/.local/share/containers/storage/overlay-containers/containers.json": json([
        { id, names: ["mine"], layer: other }
      ]),
      [`/run/user/1000/crun/${id}/status`]: json({
        pid: 7,
        "process-start-time": 700,
        rootfs: `/home/ann/.local/share/containers/storage/overlay/${other}/merged`
      }),
      [`/home/ann/.local/share/containers/storage/overlay/${other}/merged/`]: ""
    },
    found: { runtime: "podman", id, name: "mine" }
  },
  ...([["overlay", `overlay/${other}/merged`], ["vfs", `vfs/dir/${other}`]] as const).map(([driver, root]) => ({
    what: `podman with a user namespace and the driver ${driver}, whose runtime has the path of a private mount`,
    cgroup: v2(`/libpod_parent/libpod-${id}`),
    files: {
      [`/run/containers/storage/${driver}-containers/volatile-containers.json`]: json([
        { id, names: ["web"], layer: other }
      ]),
      "/var/tmp/intermediate-mountpoint-0.0/": "",
      [`/run/runc/${id}/state.json`]: json({
        init_process_pid: 7,
        init_process_start: 700,
        config: { rootfs: "/var/tmp/intermediate-mountpoint-0.0" }
      })
    },
    found: { runtime: "podman" as const, id, name: "web", imageRoot: `/var/lib/containers/storage/${root}` }
  })),
  ...([["crun", {
    [`/run/crun/${id}/status`]: json({
      pid: 7,
      "process-start-time": 700,
      bundle: `/big/pods/vfs-containers/${id}/userdata`
    })
  }], ["runc", {
    [`/run/runc/${id}/state.json`]: json({
      init_process_pid: 7,
      init_process_start: 700,
      config: { labels: ["x=y", `bundle=/big/pods/vfs-containers/${id}/userdata`] }
    })
  }]] as const).map(([runtime, files]) => ({
    what: `podman with ${runtime} and another directory for its containers (graphroot)`,
    cgroup: v2(`/machine.slice/libpod-${id}.scope`),
    files: {
      ...files,
      "/big/pods/vfs-containers/containers.json": json([{ id, names: ["web"], layer: other }])
    },
    found: { runtime: "podman" as const, id, name: "web", imageRoot: `/big/pods/vfs/dir/${other}` }
  })),
  {
    what: "podman of a user, whose directory for its containers is that of the system",
    cgroup: v2(`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope`),
    files: {
      "/etc/passwd": passwd,
      [`/run/user/1000/crun/${id}/status`]: json({
        pid: 7,
        "process-start-time": 700,
        bundle: `/big/pods/vfs-containers/${id}/userdata`
      }),
      "/big/pods/vfs-containers/containers.json": json([{ id, names: ["web"], layer: other }])
    },
    found: { runtime: "podman", id }
  },
  {
    what: "podman whose list has a layer with a strange name",
    cgroup: v2(`/machine.slice/libpod-${id}.scope`),
    files: {
      [`${storage}/containers.json`]: json([{ id, names: ["web"], layer: "../x" }]),
      "/var/lib/containers/storage/x/merged/f": "",
      "/var/lib/containers/storage/overlay/": ""
    },
    found: { runtime: "podman", id, name: "web" }
  },
  {
    what: "podman of the system, in a unit of a user",
    cgroup: v2(`/user.slice/user-1000.slice/user@1000.service/app.slice/web.service/libpod-payload-${id}`),
    files: {
      [`${storage}/containers.json`]: json([{ id, names: ["web"] }]),
      [`/run/crun/${id}/status`]: json({ pid: 7, "process-start-time": 700 })
    },
    found: { runtime: "podman", id, name: "web" }
  },
  {
    what: "podman of a user, with the id of a pod that has ended",
    cgroup: v2(`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope`),
    files: { [`/var/log/containers/web-0_shop_app-${id}.log`]: "" },
    found: none
  },
  {
    what: "podman of a user, with records of another user",
    cgroup: v2(`/user.slice/user-1001.slice/user@1001.service/user.slice/libpod-${id}.scope`),
    files: {
      "/etc/passwd": passwd,
      "/home/ann/.local/share/containers/storage/vfs-containers/containers.json": json([{ id, names: ["mine"] }])
    },
    found: { runtime: "podman", id }
  },
  {
    what: "podman with the id of another container, according to the state of its runtime",
    cgroup: v2(`/machine.slice/libpod-${id}.scope`),
    files: {
      [`${storage}/containers.json`]: json([{ id, names: ["web"] }]),
      [`/run/crun/${id}/status`]: json({ pid: 1, "process-start-time": 100 })
    },
    found: none
  },
  { what: "podman's monitor", cgroup: v2(`/machine.slice/libpod-conmon-${id}.scope`), found: none },
  {
    what: "podman whose list contains no valid container",
    cgroup: v2(`/machine.slice/libpod-${id}.scope`),
    files: { [`${storage}/containers.json`]: json([null, 1, [], { id }, { id, names: [["web"]] }]) },
    found: { runtime: "podman", id }
  },
  {
    what: "a pod with systemd and an unknown runtime",
    cgroup: v2(`/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${uid_}.slice/kata`),
    found: { runtime: "kubernetes", podUid: uid }
  },
  {
    what: "a static pod with cgroupfs",
    cgroup: v1(`/kubepods/burstable/pod${"0f".repeat(16)}`),
    found: { runtime: "kubernetes", podUid: "0f".repeat(16) }
  },
  { what: "a pod with an invalid uid", cgroup: v2("/kubepods/pod..%2f..%2f"), found: none },
  { what: "no container", cgroup: v2("/system.slice/sshd.service"), found: none },
  {
    what: "lines that do not have the format of a cgroup file",
    cgroup: `docker/${id}\n0::\n::/docker/${id}\n`,
    found: none
  }
]
