namespace Attention.Cluster;

/// <summary>A store of membership and state, started for the benchmark in a folder of its own.</summary>
internal sealed record Store(string Name, string[] Option, Child Server) : IDisposable
{
    /// <summary>Debian's redis-server, which writes each change to its file.</summary>
    public static Store Redis(string folder)
    {
        string server = Find("redis-server", "apt-get install redis-server");
        string port = $"{Child.FreePorts(1)[0]}";
        return new("Redis", ["--redis", $"127.0.0.1:{port}"], new(server, ["--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes"], "Ready to accept connections"));
    }

    /// <summary>Debian's postgresql, with the tables of Orleans's scripts, which its packages do not have.</summary>
    /// <param name="folder">Where the database is.</param>
    /// <param name="scripts">Where PostgreSQL-Main.sql, PostgreSQL-Clustering.sql and PostgreSQL-Persistence.sql are.</param>
    public static Store Postgres(string folder, string scripts)
    {
        string[] files = [.. new[] { "Main", "Clustering", "Persistence" }.Select(name => Path.Combine(scripts, $"PostgreSQL-{name}.sql"))];
        if (files.FirstOrDefault(file => !File.Exists(file)) is string missing) throw new InvalidOperationException($"{missing}: no such file; expected the scripts of Orleans's release, from src/AdoNet of its repository.");
        string initdb = Find("initdb", "apt-get install postgresql"), server = Find("postgres", "apt-get install postgresql"), psql = Find("psql", "apt-get install postgresql");
        string port = $"{Child.FreePorts(1)[0]}", data = Path.Combine(folder, "data");
        string[] asUser = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : []; // it does not run as root
        if (asUser.Length > 0)
        {
            Child.Run("chmod", "a+x", Path.GetDirectoryName(folder)!);
            Child.Run("chown", "postgres", folder);
        }
        Run([.. asUser, initdb, "--auth=trust", "--username=orleans", data]);
        string[] command = [.. asUser, server, "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}"];
        var store = new Store("PostgreSQL", ["--postgres", $"Host=127.0.0.1;Port={port};Username=orleans;Database=postgres"], new(command[0], command[1..], "ready to accept connections"));
        try
        {
            foreach (string file in files) Child.Run(psql, "-h", "127.0.0.1", "-p", port, "-U", "orleans", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-q", "-f", file);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public void Dispose() => Server.Dispose();

    private static void Run(string[] command) => Child.Run(command[0], command[1..]);

    private static string Find(string program, string mend)
    {
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (Directory.Exists("/usr/lib/postgresql")) folders = folders.Concat(Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")));
        return folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists) ?? throw new InvalidOperationException($"{program} is not here; on Debian: {mend}");
    }
}
