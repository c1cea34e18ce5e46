/** Fixtures of docker, and of cgroups that only name an id. */
import { type Fixture, id, json, none, other, passwd, v1, v2 } from "./fixture.js"

const docker = (name: string, pid = 7): string => json({ Name: name, State: { Pid: pid } })
const tasks = "/run/docker/containerd/daemon/io.containerd.runtime.v2.task"

/** What docker asks containerd to start. The file for the host name is that of the container `owner`. */
const bundle = (data: string, owner: string = id): string =>
  json({
    root: { path: `${data}/overlay2/x/merged` },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/etc/hostname", type: "bind", source: `${data}/containers/${owner}/hostname` }
    ]
  })

const dockerFile = `/var/lib/docker/containers/${id}/config.v2.json`

export const dockers: ReadonlyArray<Fixture> = [
  {
    what: "docker with systemd",
    cgroup: v2(`/system.slice/docker-${id}.scope`),
    files: { [dockerFile]: docker("/web") },
    found: { runtime: "docker", id, name: "web" }
  },
  {
    what: "docker with cgroupfs and a state of runc",
    cgroup: v1(`/docker/${id}`, "/", "/docker"),
    files: {
      [dockerFile]: docker("/web"),
      [`/run/docker/runtime-runc/moby/${id}/state.json`]: json({
        init_process_pid: 7,
        init_process_start: 700,
        config: { rootfs: "/var/lib/docker/overlay2/x/merged" }
      })
    },
    found: { runtime: "docker", id, name: "web", imageRoot: "/var/lib/docker/overlay2/x/merged" }
  },
  {
    what: "docker in a cgroup that shows nothing, with a state of runc",
    cgroup: v2("/ours/x"),
    files: {
      [`/run/docker/runtime-runc/moby/${id}/state.json`]: json({ init_process_pid: 7, init_process_start: 700 })
    },
    found: { runtime: "docker", id }
  },
  { what: "docker whose cgroup was removed", cgroup: v2(`/docker/${id} (deleted)`), found: { runtime: "docker", id } },
  { what: "docker with many hierarchies", cgroup: `12:x:/docker/${id}\n`, found: { runtime: "docker", id } },
  { what: "only an id", cgroup: v2(`/${id}`), found: none },
  {
    what: "docker with another data directory in its settings",
    cgroup: v2(`/system.slice/docker-${id}.scope`),
    files: {
      "/etc/docker/daemon.json": json({ "data-root": "/big/docker" }),
      [`/big/docker/containers/${id}/config.v2.json`]: docker("/web")
    },
    found: { runtime: "docker", id, name: "web" }
  },
  {
    what: "docker whose settings name no directory",
    cgroup: v2(`/system.slice/docker-${id}.scope`),
    files: { "/etc/docker/daemon.json": json({ "data-root": ["../.."] }), [dockerFile]: docker("/web") },
    found: { runtime: "docker", id, name: "web" }
  },
  {
    what: "docker as a snap, which starts a containerd of its own",
    cgroup: v2(`/docker/${id}`),
    files: {
      [`/var/snap/docker/common/var-lib-docker/containers/${id}/config.v2.json`]: docker("/web"),
      [`/run/snap.docker/containerd/daemon/io.containerd.runtime.v2.task/moby/${id}/config.json`]: json({
        root: { path: "/var/snap/docker/common/var-lib-docker/overlay2/x/merged" }
      })
    },
    found: {
      runtime: "docker",
      id,
      name: "web",
      imageRoot: "/var/snap/docker/common/var-lib-docker/overlay2/x/merged"
    }
  },
  {
    what: "docker whose data directory is on its command line",
    cgroup: v1(`/ours/deep/${id}`, "/"),
    files: {
      [`${tasks}/moby/${id}/config.json`]: bundle("/big/docker"),
      [`/big/docker/containers/${id}/config.v2.json`]: docker("/web")
    },
    found: { runtime: "docker", id, name: "web", imageRoot: "/big/docker/overlay2/x/merged" }
  },
  {
    what: "docker with a user namespace for its containers (--userns-remap)",
    cgroup: v1(`/ours/deep/${id}`, "/"),
    files: {
      [`${tasks}/moby-700000.700000/${id}/config.json`]: bundle("/var/lib/docker/700000.700000"),
      [`/var/lib/docker/700000.700000/containers/${id}/config.v2.json`]: docker("/web")
    },
    found: { runtime: "docker", id, name: "web", imageRoot: "/var/lib/docker/700000.700000/overlay2/x/merged" }
  },
  {
    what: "docker with a host name that is a file of somebody else",
    cgroup: v2(`/docker/${id}`),
    files: {
      [`${tasks}/moby/${id}/config.json`]: bundle("/big/docker", other),
      [`/big/docker/containers/${other}/config.v2.json`]: docker("/web")
    },
    found: { runtime: "docker", id, imageRoot: "/big/docker/overlay2/x/merged" }
  },
  {
    what: "rootless docker",
    cgroup: v2(`/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${id}.scope`),
    files: {
      "/etc/passwd": passwd,
      [`/home/ann/.local/share/docker/containers/${id}/config.v2.json`]: docker("/mine")
    },
    found: { runtime: "docker", id, name: "mine" }
  },
  {
    what: "rootless docker without controllers, which leaves the name of the cgroup to runc",
    cgroup: v2(`/user.slice/user-1000.slice/user@1000.service/user.slice/runc-${id}.scope`),
    files: {
      "/etc/passwd": passwd,
      [`/run/user/1000/docker/runtime-runc/moby/${id}/state.json`]: json({
        init_process_pid: 7,
        init_process_start: 700,
        config: { rootfs: "/home/ann/.local/share/docker/overlay2/x/merged" }
      }),
      [`/home/ann/.local/share/docker/containers/${id}/config.v2.json`]: docker("/mine")
    },
    found: { runtime: "docker", id, name: "mine", imageRoot: "/home/ann/.local/share/docker/overlay2/x/merged" }
  },
  {
    what: "rootless docker whose settings name the directory of the system",
    cgroup: v2(`/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${id}.scope`),
    files: {
      "/etc/passwd": passwd,
      "/home/ann/.config/docker/daemon.json": json({ "data-root": "/big/docker" }),
      [`/big/docker/containers/${id}/config.v2.json`]: docker("/web")
    },
    found: { runtime: "docker", id }
  },
  {
    what: "docker in docker, where the innermost is found",
    cgroup: v2(`/docker/${other}/docker/${id}/init`),
    files: { [dockerFile]: docker("/inner") },
    found: { runtime: "docker", id, name: "inner" }
  },
  {
    what: "docker below a cgroup parent that the user has chosen",
    cgroup: v2(`/ours/${id}`),
    files: { [dockerFile]: docker("/web") },
    found: { runtime: "docker", id, name: "web" }
  },
  {
    what: "docker below several cgroups that the user has chosen, as in Amazon ECS",
    cgroup: v1(`/ecs/shop/${"0f".repeat(16)}/${id}`, "/"),
    files: { [dockerFile]: docker("/web") },
    found: { runtime: "docker", id, name: "web" }
  },
  {
    what: "an id below several cgroups that is in no records",
    cgroup: v2(`/a.slice/b.service/${id}`),
    found: { runtime: "unknown", id }
  },
  {
    what: "docker with an escape sequence as its name",
    cgroup: v2(`/system.slice/docker-${id}.scope`),
    files: { [dockerFile]: docker("/\u001b]0;web\u0007") },
    found: { runtime: "docker", id }
  },
  {
    what: "docker with a name that is too long",
    cgroup: v2(`/docker/${id}`),
    files: { [dockerFile]: docker(`/${"a".repeat(300)}`) },
    found: { runtime: "docker", id }
  },
  {
    what: "docker whose file is not JSON",
    cgroup: v2(`/docker/${id}`),
    files: { [dockerFile]: "[".repeat(100_000) },
    found: { runtime: "docker", id }
  },
  {
    what: "docker whose file is too large to be read",
    cgroup: v2(`/docker/${id}`),
    files: { [dockerFile]: docker("/web") + " ".repeat(1 << 20) },
    found: { runtime: "docker", id }
  },
  {
    what: "docker whose file is a link",
    cgroup: v2(`/docker/${id}`),
    files: { "/elsewhere": docker("/web"), [dockerFile]: { link: "../../../../../elsewhere" } },
    found: { runtime: "docker", id }
  },
  {
    what: "docker that has stopped, whose cgroup another process has",
    cgroup: v2(`/docker/${id}`),
    files: { [dockerFile]: docker("/web", 0) },
    found: none
  },
  {
    what: "docker from a private cgroup namespace",
    cgroup: v2(`/../../system.slice/docker-${id}.scope`),
    files: { [dockerFile]: docker("/web") },
    found: { runtime: "docker", id, name: "web" }
  },
  {
    what: "an id from a private cgroup namespace that is in the records",
    cgroup: v2(`/../${id}`),
    files: { [dockerFile]: docker("/web") },
    found: { runtime: "docker", id, name: "web" }
  },
  {
    what: "an id from a private cgroup namespace that is in no records",
    cgroup: v2(`/../${id}`),
    found: { runtime: "unknown", id }
  },
  { what: "docker with an id of 63 digits", cgroup: v2(`/docker/${id.slice(1)}`), found: none },
  {
    what: "docker with systemd and an id of 63 digits",
    cgroup: v2(`/system.slice/docker-${id.slice(1)}.scope`),
    found: none
  },
  { what: "docker with an id in capital letters", cgroup: v2(`/docker/${id.toUpperCase()}`), found: none },
  { what: "docker with more after the id", cgroup: v2(`/system.slice/docker-${id}x.scope`), found: none },
  { what: "docker in the middle of a name", cgroup: v2(`/x\\x2fdocker-${id}.scope`), found: none }
]
