using System.Diagnostics;

namespace Attention.Elsewhere;

/// <summary>A system that another one plays here.</summary>
/// <param name="Name">What it is asked for by.</param>
/// <param name="Rid">What it is published for.</param>
internal abstract record Place(string Name, string Rid)
{
    public static Place[] All { get; } = [new Windows(), new Arm(), new Musl()];

    /// <summary>What it needs and this machine does not have; null where it has all.</summary>
    public abstract string? Missing { get; }

    /// <summary>How a published program is started.</summary>
    /// <param name="program">The file, without an ending.</param>
    /// <param name="scratch">A folder that may be written to.</param>
    public abstract ProcessStartInfo Start(string program, string scratch);

    protected static string? Without(params string[] needs) =>
        needs.FirstOrDefault(need => !(Path.IsPathRooted(need) ? Path.Exists(need) : OnPath(need)));

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Windows, whose calls wine answers. It cannot map the same memory twice, as the runtime does where it may.</summary>
    private sealed record Windows() : Place("windows", "win-x64")
    {
        public override string? Missing => Without("wine");

        public override ProcessStartInfo Start(string program, string scratch) => new("wine", [program + ".exe"])
        {
            Environment = { ["WINEPREFIX"] = Path.Combine(scratch, "wine"), ["WINEDEBUG"] = "-all", ["DOTNET_EnableWriteXorExecute"] = "0" },
        };
    }

    /// <summary>Linux on Arm64, whose instructions QEMU translates.</summary>
    private sealed record Arm() : Place("arm", "linux-arm64")
    {
        private const string Root = "/usr/aarch64-linux-gnu";

        public override string? Missing => Without("qemu-aarch64-static", $"{Root}/lib/libc.so.6", $"{Root}/lib/libstdc++.so.6", $"{Root}/lib/libgcc_s.so.1");

        public override ProcessStartInfo Start(string program, string scratch) => new("qemu-aarch64-static", ["-L", Root, program])
        {
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" },
        };
    }

    /// <summary>
    /// Linux with musl, which Debian has, but no C++ library for it: that of glibc does, with what musl lacks of glibc beside it.
    /// </summary>
    private sealed record Musl() : Place("musl", "linux-musl-x64")
    {
        public override string? Missing => Without("/lib/ld-musl-x86_64.so.1", "gcc");

        public override ProcessStartInfo Start(string program, string scratch)
        {
            string folder = Path.Combine(scratch, "musl");
            Directory.CreateDirectory(folder);
            foreach (string library in new[] { "libstdc++.so.6", "libgcc_s.so.1" })
                File.Copy(Commands.Line("gcc", $"-print-file-name={library}"), Path.Combine(folder, library), overwrite: true);

            // The name is that of a library which libstdc++ asks for.
            Commands.Run("gcc", "-shared", "-fPIC", "-O2", "-nostdlib", "-o", Path.Combine(folder, "ld-linux-x86-64.so.2"), Path.Combine(Commands.Project, "glibc.c"));
            return new(program) { Environment = { ["LD_LIBRARY_PATH"] = $"{folder}:{Path.GetDirectoryName(program)}" } };
        }
    }
}
