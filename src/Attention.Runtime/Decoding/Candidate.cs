namespace Attention.Runtime;

/// <summary>A beam's continuation by one token. The better one comes first: likelier, then of a lower beam, then the lower token.</summary>
/// <param name="LogProbability">Of the whole sequence.</param>
/// <param name="Beam">The beam that it continues.</param>
/// <param name="Logit">Decides within a beam where rounding makes different logits the same log-probability.</param>
/// <param name="Token">What it continues the beam by.</param>
internal readonly record struct Candidate(double LogProbability, int Beam, float Logit, int Token) : IComparable<Candidate>
{
    public int CompareTo(Candidate other)
    {
        int order = other.LogProbability.CompareTo(LogProbability);
        if (order == 0)
            order = Beam.CompareTo(other.Beam);
        if (order == 0)
            order = other.Logit.CompareTo(Logit);
        return order != 0 ? order : Token.CompareTo(other.Token);
    }
}
