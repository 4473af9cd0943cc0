"""What happens to one appeal: moves, routes, answers, incidents, withdrawals."""
