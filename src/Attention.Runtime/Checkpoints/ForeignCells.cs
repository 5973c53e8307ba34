namespace Attention.Runtime;

/// <summary>
/// Tensors of recurrent cells of which there are none here, beside those of the ones that there are: left unread, states would be others without a word.
/// </summary>
internal static class ForeignCells
{
    private const string Projection =
        "projects the states of an LSTM (proj_size), and there is no such cell; multiply what reads states by it, weight_hh and in the next layer weight_ih, and let a [Linear] without bias do the same to the rows";

    private const string Peephole = "is a peephole, by which gates of an LSTM see what its cells hold, and there is no such cell; train one without peepholes";

    private static readonly string[] s_peepholes = ["weight_ci", "weight_cf", "weight_co", "w_ci", "w_cf", "w_co", "wci", "wcf", "wco", "w_i_diag", "w_f_diag", "w_o_diag", "peephole", "peepholes"];

    /// <summary>What an unread tensor is, and what to do; null where it is nothing of the kind.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="read">The names of the tensors that are read.</param>
    public static string? MisfitOf(string name, IEnumerable<string> read)
    {
        int at = name.LastIndexOf('.') + 1;
        string folder = name[..at], word = name[at..];
        string? misfit = Is(word, "weight_hr") ? Projection : word == "P" || s_peepholes.Any(peephole => Is(word, peephole)) ? Peephole : null;
        if (misfit is null)
            return null;
        string[] beside = [.. read.Where(other => other.LastIndexOf('.') + 1 == at && other.StartsWith(folder, StringComparison.Ordinal)).Select(other => other[at..])];
        return beside.Any(other => word == "P" ? other == "R" : IsOfCells(other)) ? misfit : null;
    }

    private static bool Is(string word, string start) =>
        word.StartsWith(start, StringComparison.OrdinalIgnoreCase) && (word.Length == start.Length || word[start.Length] == '_');

    private static bool IsOfCells(string word) => Is(word, "weight_hh") || Is(word, "weight_ih") || word is "kernel" or "recurrent_kernel";
}
